// The AWS CLI's words for services, operations and parameters: kebab-case names, and the ones that differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model.h"

namespace hm::cli {

// "DescribeDBInstances" is "describe-db-instances".
std::string kebab_case(std::string_view name);
// As kebab_case(), with the few operations that the AWS CLI spells in its own way.
std::string operation_word(std::string_view operation);

std::optional<aws::Service> service_of_word(std::string_view word);
std::optional<aws::Operation> operation_of_word(const aws::Service& service, std::string_view word);

// All that the two accept.
std::vector<std::string> service_words();
std::vector<std::string> operation_words(const aws::Service& service);

// "Invalid choice: 'x'", with up to three of the choices that were perhaps meant.
std::string invalid_choice(std::string_view word, const std::vector<std::string>& choices);

// A parameter's words: the shown one first, then hidden aliases.
std::vector<std::string> parameter_words(const aws::Service& service, const aws::Operation& operation,
                                         std::string_view member);
// The word that sets a boolean to false: "--no-dry-run", but "--ingress" for Egress.
std::string negative_word(const aws::Service& service, const aws::Operation& operation,
                          std::string_view member);

// Options of the AWS CLI that fill a member deeper in the input: "--zip-file" is Code.ZipFile.
struct NestedOption {
  std::string_view service;
  std::string_view operation;
  std::string_view word;
  std::string_view path;
};
std::vector<NestedOption> nested_options(const aws::Service& service, const aws::Operation& operation);

// Whether the AWS CLI calls the service without a region.
bool works_without_region(const aws::Service& service);

}  // namespace hm::cli
