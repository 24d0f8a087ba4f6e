#include "sim/state/queues.h"

#include <algorithm>
#include <charconv>

#include "base/crypto.h"
#include "base/encoding.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

constexpr int64_t kMostWait_s = 20;
constexpr int64_t kMostMessages = 10;
// How often a wait looks whether a message has become visible.
constexpr std::chrono::milliseconds kGlance{20};

std::string place_of(const std::string& account_id, const std::string& region) {
  return account_id + "/" + region;
}

// A URL ends with the owner's account and the name.
std::string name_in(const std::string& url) { return url.substr(url.rfind('/') + 1); }

Error no_queue() {
  return refusal(400, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.");
}

std::string md5_hex(std::string_view text) { return hex(unbase64(md5_base64(text)).value_or(std::string())); }

int64_t number_or(const Json* value, int64_t otherwise) {
  return value != nullptr && value->is_number() ? value->to_number<int64_t>() : otherwise;
}

int64_t attribute_or(const Queue& queue, const char* name, int64_t otherwise) {
  const auto found = queue.attributes.find(name);
  if (found == queue.attributes.end()) return otherwise;
  int64_t value = otherwise;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
}

std::string arn_of(const Call& call, const std::string& name) {
  return "arn:aws:sqs:" + call.region + ":" + call.account_id + ":" + name;
}

std::string url_for(const Call& call, const std::string& name) {
  return Queues::url_of(call.account_id, call.region, name);
}

void take_attributes(const Call& call, Queue& queue) {
  const auto* given = call.find("Attributes");
  if (given == nullptr || !given->is_object()) return;
  for (const auto& [name, value] : given->get_object())
    queue.attributes[std::string(name)] = std::string(as_text(value));
}

Json message_json(const Message& message) {
  return JsonObject{
      {"MessageId", message.id},
      {"ReceiptHandle", message.receipt},
      {"MD5OfBody", md5_hex(message.body)},
      {"Body", message.body},
      {"Attributes", JsonObject{{"SentTimestamp", std::to_string(to_micros(message.sent_at) / 1000)},
                                {"ApproximateReceiveCount", std::to_string(message.received)}}}};
}

bool erase_message(Queue& queue, std::string_view receipt) {
  return std::erase_if(queue.messages, [&](const Message& one) { return one.receipt == receipt; }) > 0;
}

// What is visible now, marked as received.
JsonArray take_visible(Queue& queue, Time now, int64_t most, std::optional<int64_t> timeout_s) {
  JsonArray taken;
  const Micros hidden =
      std::chrono::seconds(timeout_s.value_or(attribute_or(queue, "VisibilityTimeout", 30)));
  for (Message& message : queue.messages) {
    if (static_cast<int64_t>(taken.size()) >= most) break;
    if (message.visible_at > now) continue;
    message.visible_at = now + hidden;
    message.receipt = base64(random_bytes(24));
    ++message.received;
    taken.push_back(message_json(message));
  }
  return taken;
}

}  // namespace

template <class F>
Result<Json> Queues::in_queue(const Call& call, F&& f) {
  const Key key{place_of(call.account_id, call.region), name_in(call.text("QueueUrl"))};
  return state_.with([&](State& state) -> Result<Json> {
    const auto found = state.queues.find(key);
    if (found == state.queues.end()) return no_queue();
    return f(found->second);
  });
}

std::string Queues::url_of(const std::string& account_id, const std::string& region,
                           const std::string& name) {
  return "https://sqs." + region + ".amazonaws.com/" + account_id + "/" + name;
}

void Queues::make(const std::string& account_id, const std::string& region, const std::string& name,
                  Time now) {
  state_.with([&](State& state) { state.queues[{place_of(account_id, region), name}].created_at = now; });
}

Result<Json> Queues::create(const Call& call) {
  const auto name = call.text("QueueName");
  return state_.with([&](State& state) -> Result<Json> {
    if (state.queues.size() >= kMostQueues) return refusal(403, "OverLimit", "There are too many queues.");
    auto& queue = state.queues[{place_of(call.account_id, call.region), name}];
    if (queue.created_at == Time()) queue.created_at = call.now;
    take_attributes(call, queue);
    return Json(JsonObject{{"QueueUrl", url_for(call, name)}});
  });
}

Result<Json> Queues::url_of(const Call& call) const {
  const auto name = call.text("QueueName");
  const bool known = state_.with([&](const State& state) {
    return state.queues.contains({place_of(call.account_id, call.region), name});
  });
  if (!known) return no_queue();
  return Json(JsonObject{{"QueueUrl", url_for(call, name)}});
}

Result<Json> Queues::attributes_of(const Call& call) const {
  const auto name = name_in(call.text("QueueUrl"));
  return state_.with([&](const State& state) -> Result<Json> {
    const auto found = state.queues.find({place_of(call.account_id, call.region), name});
    if (found == state.queues.end()) return no_queue();
    const Queue& queue = found->second;
    const auto hidden = std::count_if(queue.messages.begin(), queue.messages.end(), [&](const Message& one) {
      return one.visible_at > call.now && one.received > 0;
    });
    JsonObject all;
    for (const auto& [key, value] : queue.attributes) all[key] = value;
    all["QueueArn"] = arn_of(call, name);
    all["ApproximateNumberOfMessages"] = std::to_string(static_cast<int64_t>(queue.messages.size()) - hidden);
    all["ApproximateNumberOfMessagesNotVisible"] = std::to_string(hidden);
    all["CreatedTimestamp"] = std::to_string(to_micros(queue.created_at) / 1'000'000);
    return Json(JsonObject{{"Attributes", std::move(all)}});
  });
}

Result<Json> Queues::set_attributes(const Call& call) {
  return in_queue(call, [&](Queue& queue) -> Result<Json> {
    take_attributes(call, queue);
    return Json(JsonObject{});
  });
}

Result<Json> Queues::send(const Call& call) {
  const auto name = name_in(call.text("QueueUrl"));
  const auto body = call.text("MessageBody");
  if (!put(arn_of(call, name), body, call.now, {}, false)) return no_queue();
  return Json(JsonObject{{"MessageId", random_uuid()}, {"MD5OfMessageBody", md5_hex(body)}});
}

Result<Json> Queues::receive(const Call& call) {
  const int64_t most = std::clamp<int64_t>(number_or(call.find("MaxNumberOfMessages"), 1), 1, kMostMessages);
  const int64_t wait_s = std::clamp<int64_t>(number_or(call.find("WaitTimeSeconds"), 0), 0, kMostWait_s);
  const auto* timeout = call.find("VisibilityTimeout");
  const auto hidden = timeout ? std::optional(number_or(timeout, 30)) : std::nullopt;
  const auto begun = std::chrono::steady_clock::now();
  while (true) {
    const auto waited = std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - begun);
    JsonArray taken;
    HM_TRY([[maybe_unused]] const Json found, in_queue(call, [&](Queue& queue) -> Result<Json> {
             taken = take_visible(queue, call.now + waited, most, hidden);
             return Json(JsonObject{});
           }));
    const bool stopped = state_.with([](const State& state) { return state.stopped; });
    if (!taken.empty() || stopped || waited >= std::chrono::seconds(wait_s))
      return taken.empty() ? Json(JsonObject{}) : Json(JsonObject{{"Messages", std::move(taken)}});
    state_.wait_for(
        kGlance, [](const State& state) { return state.stopped; }, [](const State&) {});
  }
}

Result<Json> Queues::remove(const Call& call) {
  return in_queue(call, [&](Queue& queue) -> Result<Json> {
    erase_message(queue, call.text("ReceiptHandle"));
    return Json(JsonObject{});
  });
}

Result<Json> Queues::remove_some(const Call& call) {
  return in_queue(call, [&](Queue& queue) -> Result<Json> {
    JsonArray done;
    const auto* entries = call.find("Entries");
    if (entries == nullptr || !entries->is_array() || entries->get_array().empty())
      return refusal(400, "AWS.SimpleQueueService.EmptyBatchRequest", "There should be at least one entry.");
    for (const Json& entry : entries->get_array()) {
      erase_message(queue, member_text(entry, "ReceiptHandle"));
      done.push_back(JsonObject{{"Id", member_text(entry, "Id")}});
    }
    return Json(JsonObject{{"Successful", std::move(done)}, {"Failed", JsonArray{}}});
  });
}

bool Queues::put(const std::string& arn, std::string body, Time now, Micros delay, bool in_front) {
  // arn:aws:sqs:eu-west-1:111111111111:name
  const auto name_at = arn.rfind(':');
  const auto account_at = name_at == std::string::npos ? name_at : arn.rfind(':', name_at - 1);
  const auto region_at = account_at == std::string::npos ? account_at : arn.rfind(':', account_at - 1);
  if (region_at == std::string::npos) return false;
  const auto account = arn.substr(account_at + 1, name_at - account_at - 1);
  const auto region = arn.substr(region_at + 1, account_at - region_at - 1);
  return state_.with([&](State& state) {
    const auto found = state.queues.find({place_of(account, region), arn.substr(name_at + 1)});
    if (found == state.queues.end()) return false;
    auto& messages = found->second.messages;
    if (messages.size() >= kMost) return true;
    Message message{random_uuid(), std::move(body), "", now + delay, now + delay};
    if (in_front) {
      messages.push_front(std::move(message));
    } else {
      messages.push_back(std::move(message));
    }
    return true;
  });
}

void Queues::stop() {
  state_.with([](State& state) { state.stopped = true; });
  state_.notify();
}

Result<Json> sqs_create_queue(const Call& call) { return call.queues.create(call); }
Result<Json> sqs_get_queue_url(const Call& call) { return call.queues.url_of(call); }
Result<Json> sqs_get_queue_attributes(const Call& call) { return call.queues.attributes_of(call); }
Result<Json> sqs_set_queue_attributes(const Call& call) { return call.queues.set_attributes(call); }
Result<Json> sqs_send_message(const Call& call) { return call.queues.send(call); }
Result<Json> sqs_receive_message(const Call& call) { return call.queues.receive(call); }
Result<Json> sqs_delete_message(const Call& call) { return call.queues.remove(call); }
Result<Json> sqs_delete_message_batch(const Call& call) { return call.queues.remove_some(call); }

}  // namespace hm::sim
