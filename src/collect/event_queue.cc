#include "collect/event_queue.h"

#include <algorithm>
#include <charconv>

namespace hm::collect {

namespace {

constexpr const char* kService = "sqs";
// An answer may take so much longer than SQS was told to wait.
constexpr std::chrono::seconds kMargin{10};

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_queue_name(std::string_view name) {
  if (name.ends_with(".fifo")) name.remove_suffix(5);
  return !name.empty() && name.size() <= 80 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// A name or an address, with a port or without: what is to be listed, stored and shown has no other
// characters.
bool is_host(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-.:[]").find(c) != std::string_view::npos;
  });
}

// "eu-west-1" of sqs.eu-west-1.amazonaws.com, sqs-fips.…, eu-west-1.queue.amazonaws.com and an interface
// endpoint's vpce-….sqs.eu-west-1.vpce.amazonaws.com.
std::string region_of_host(std::string_view host) {
  if (host == "queue.amazonaws.com" || host == "sqs.amazonaws.com") return "us-east-1";
  if (const auto old = host.find(".queue.amazonaws.com"); old != std::string_view::npos)
    return std::string(host.substr(0, old));
  for (const std::string_view service : {"sqs.", "sqs-fips."}) {
    const auto at = host.find(service);
    if (at == std::string_view::npos || (at > 0 && host[at - 1] != '.')) continue;
    const auto rest = host.substr(at + service.size());
    const auto region = rest.substr(0, rest.find('.'));
    const auto behind = rest.substr(std::min(region.size(), rest.size()));
    if (behind.find(".amazonaws.com") != std::string_view::npos || behind.starts_with(".api.aws"))
      return std::string(region);
  }
  return {};
}

std::optional<Time> sent_at(const Json& message) {
  const Json* attributes = member(message, "Attributes");
  if (attributes == nullptr) return std::nullopt;
  const auto text = member_text(*attributes, "SentTimestamp");
  int64_t milliseconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (failure != std::errc() || milliseconds <= 0 || milliseconds > 10'000'000'000'000) return std::nullopt;
  return Time(std::chrono::milliseconds(milliseconds));
}

}  // namespace

std::optional<QueueAddress> queue_address(const std::string& url) {
  std::string_view rest = url;
  const auto scheme = rest.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const auto how = rest.substr(0, scheme);
  if ((how != "https" && how != "http") || url.size() > 512) return std::nullopt;
  rest.remove_prefix(scheme + 3);
  const auto first = rest.find('/');
  if (first == 0 || first == std::string_view::npos) return std::nullopt;
  const auto host = rest.substr(0, first);
  if (!is_host(host)) return std::nullopt;
  const auto path = rest.substr(first + 1);
  const auto second = path.find('/');
  if (second == std::string_view::npos) return std::nullopt;
  QueueAddress address{url, std::string(path.substr(0, second)), region_of_host(host)};
  if (!is_account_id(address.account_id) || !is_queue_name(path.substr(second + 1))) return std::nullopt;
  return address;
}

std::optional<std::string> queue_fault(const std::string& url) {
  if (queue_address(url)) return std::nullopt;
  return "'" + url.substr(0, 200) + "' is not the URL of an SQS queue, which looks like " + kQueueExample;
}

std::string queue_arn(const QueueAddress& queue) {
  const std::string_view region = queue.region;
  const char* partition = region.starts_with("cn-")       ? "aws-cn"
                          : region.starts_with("us-gov-") ? "aws-us-gov"
                                                          : "aws";
  return "arn:" + std::string(partition) + ":sqs:" + queue.region + ":" + queue.account_id + ":" +
         queue.url.substr(queue.url.rfind('/') + 1);
}

QueueReader::QueueReader(aws::Client& client, const Account& account, const QueueAddress& queue)
    : client_(client), url_(queue.url), target_(account.target) {
  if (!queue.region.empty()) target_.region = queue.region;
}

Result<Json> QueueReader::call(const char* operation, const char* permission, const Json& params,
                               const aws::CallOptions& options) const {
  auto answer = client_.call(kService, operation, params, target_, options);
  if (answer) return answer;
  return explain(std::move(answer.error()), {kService, operation, JsonObject{}, {permission}});
}

Result<std::vector<QueueMessage>> QueueReader::receive(std::chrono::seconds wait,
                                                       const std::stop_token& stop) const {
  auto options = call_options(stop);
  options.read_timeout = wait + kMargin;
  options.max_attempts = 1;  // who asks again and again has a pause of his own
  HM_TRY(const Json answer, call("ReceiveMessage", "sqs:ReceiveMessage",
                                 JsonObject{{"QueueUrl", url_},
                                            {"MaxNumberOfMessages", static_cast<int64_t>(kMostAtOnce)},
                                            {"WaitTimeSeconds", static_cast<int64_t>(wait.count())},
                                            {"MessageSystemAttributeNames", JsonArray{"SentTimestamp"}}},
                                 options));
  std::vector<QueueMessage> messages;
  const Json* list = member(answer, "Messages");
  if (list == nullptr || !list->is_array()) return messages;
  messages.reserve(list->get_array().size());
  for (const Json& one : list->get_array())
    messages.push_back({std::string(member_text(one, "ReceiptHandle")), std::string(member_text(one, "Body")),
                        sent_at(one)});
  return messages;
}

Status QueueReader::remove(const std::vector<std::string>& receipts, size_t& left,
                           const std::stop_token& stop) const {
  left = receipts.size();
  std::string why;
  for (size_t at = 0; at < receipts.size(); at += kMostAtOnce) {
    JsonArray entries;
    for (size_t i = at; i < std::min(receipts.size(), at + kMostAtOnce); ++i)
      entries.push_back(JsonObject{{"Id", "m" + std::to_string(i)}, {"ReceiptHandle", receipts[i]}});
    const size_t asked = entries.size();
    HM_TRY(const Json answer,
           call("DeleteMessageBatch", "sqs:DeleteMessage",
                JsonObject{{"QueueUrl", url_}, {"Entries", std::move(entries)}}, call_options(stop)));
    const Json* failed = member(answer, "Failed");
    const auto* list = failed == nullptr ? nullptr : failed->if_array();
    left -= asked - (list == nullptr ? 0 : std::min(asked, list->size()));
    if (list != nullptr && !list->empty()) why = member_text(list->front(), "Code");
  }
  if (left == 0) return ok();
  return make_error(ErrorKind::unavailable, why,
                    std::to_string(left) + " of " + std::to_string(receipts.size()) +
                        " messages could not be deleted: " + (why.empty() ? "SQS does not say why" : why));
}

Result<Json> QueueReader::attributes(const std::stop_token& stop) const {
  HM_TRY(const Json answer,
         call("GetQueueAttributes", "sqs:GetQueueAttributes",
              JsonObject{{"QueueUrl", url_}, {"AttributeNames", JsonArray{"All"}}}, call_options(stop)));
  const Json* found = member(answer, "Attributes");
  return found == nullptr ? Json(JsonObject{}) : *found;
}

}  // namespace hm::collect
