// AWS's partitions (aws, aws-cn, aws-us-gov...): which one a region belongs to, known or newer than this
// program. Immutable and thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/endpoint_value.h"
#include "base/result.h"

namespace hm::aws {

struct Partition {
  std::string id;
  std::string dns_suffix;                         // "amazonaws.com"
  std::string implicit_global_region;             // where global services sign: "us-east-1"
  std::vector<std::string> regions;               // known ones, with the pseudo region "aws-global"
  std::shared_ptr<const EndpointRecord> outputs;  // what the endpoint rules see of it
};

class Partitions {
 public:
  // The document is botocore's partitions.json.
  static Result<Partitions> parse(std::string_view document);
  Partitions(Partitions&&) noexcept;
  Partitions& operator=(Partitions&&) noexcept;
  ~Partitions();

  // A region that no list has is matched by the partitions' patterns; one that matches none is taken to be
  // of the first partition, "aws".
  const Partition& of_region(std::string_view region) const;
  const Partition* find(std::string_view id) const;

 private:
  struct Impl;
  explicit Partitions(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hm::aws
