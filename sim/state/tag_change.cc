// EC2's tags are set and removed by the prefix of the id.
#include "sim/state/change.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

constexpr std::pair<std::string_view, const char*> kPrefixes[] = {{"i-", "ec2/instance"},
                                                                  {"vol-", "ec2/volume"},
                                                                  {"snap-", "ec2/snapshot"},
                                                                  {"ami-", "ec2/image"},
                                                                  {"vpc-", "ec2/vpc"},
                                                                  {"subnet-", "ec2/subnet"},
                                                                  {"sg-", "ec2/security_group"},
                                                                  {"rtb-", "ec2/route_table"},
                                                                  {"igw-", "ec2/internet_gateway"},
                                                                  {"nat-", "ec2/nat_gateway"},
                                                                  {"eipalloc-", "ec2/elastic_ip"},
                                                                  {"eni-", "ec2/network_interface"},
                                                                  {"acl-", "ec2/network_acl"},
                                                                  {"lt-", "ec2/launch_template"}};
constexpr size_t kMostTags = 50;

const char* collection_of(std::string_view id) {
  for (const auto& [prefix, collection] : kPrefixes) {
    if (id.starts_with(prefix)) return collection;
  }
  return nullptr;
}

const char* tags_member(std::string_view collection) {
  return collection == "ec2/network_interface" ? "TagSet" : "Tags";
}

JsonArray tags_of(const Json& document, const char* name) {
  const auto* tags = member(document, name);
  return tags != nullptr && tags->is_array() ? tags->get_array() : JsonArray{};
}

// Every id must be known before the first changes.
Result<std::vector<std::pair<std::string, const char*>>> targets(const Call& call, Place& place) {
  std::vector<std::pair<std::string, const char*>> found;
  for (const auto& id : texts(call.find("Resources"))) {
    const auto* collection = collection_of(id);
    if (collection == nullptr) return refusal(400, "InvalidID", "The ID '" + id + "' is not valid");
    HM_DO(require(place, collection, id));
    found.emplace_back(id, collection);
  }
  return found;
}

template <class F>
Result<Json> change_tags(const Call& call, F&& change) {
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto found, targets(call, place));
    for (const auto& [id, collection] : found) {
      const auto* name = tags_member(collection);
      auto tags = tags_of(place.of(collection).find(id), name);
      change(tags);
      if (tags.size() > kMostTags) {
        return refusal(400, "TagLimitExceeded",
                       "The maximum number of Tags for a resource has been reached.");
      }
      place.patch(collection, id, JsonObject{{name, std::move(tags)}});
    }
    return done();
  });
}

void drop(JsonArray& tags, std::string_view key, const Json* value) {
  JsonArray kept;
  for (auto& tag : tags) {
    const bool same = member_text(tag, "Key") == key && (value == nullptr || tag.at("Value") == *value);
    if (!same) kept.push_back(std::move(tag));
  }
  tags = std::move(kept);
}

}  // namespace

Result<Json> create_tags(const Call& call) {
  const auto& given = call.find("Tags")->as_array();
  for (const auto& tag : given) {
    if (member_text(tag, "Key").starts_with("aws:")) {
      return refusal(400, "InvalidParameterValue",
                     "Tag keys starting with 'aws:' are reserved for internal use");
    }
  }
  return change_tags(call, [&](JsonArray& tags) {
    for (const auto& tag : given) {
      drop(tags, member_text(tag, "Key"), nullptr);
      tags.push_back(JsonObject{{"Key", member_text(tag, "Key")}, {"Value", member_text(tag, "Value")}});
    }
  });
}

Result<Json> delete_tags(const Call& call) {
  const auto* given = call.find("Tags");
  return change_tags(call, [&](JsonArray& tags) {
    if (given == nullptr) {
      tags.clear();
      return;
    }
    for (const auto& tag : given->as_array()) drop(tags, member_text(tag, "Key"), member(tag, "Value"));
  });
}

}  // namespace hm::sim
