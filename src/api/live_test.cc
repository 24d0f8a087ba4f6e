#include "api/live.h"

#include "api/test_api.h"

namespace hm::api {
namespace {

// What a page would see.
class FakeSocket final : public WebSocket {
 public:
  void send(std::string text) override {
    auto parsed = parse_json(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    messages_.with([&](auto& messages) { messages.push_back(parsed ? *parsed : Json()); });
    messages_.notify();
  }
  void close(uint16_t code, std::string) override {
    closed_.with([&](int& closed) { closed = code; });
    closed_.notify();
  }
  // The next message of that kind after those that were taken; fails after 20 seconds.
  Json next(std::string_view kind) {
    return messages_.wait_for(
        std::chrono::seconds(20),
        [&](const auto& messages) { return find(messages, kind) < messages.size(); },
        [&](const auto& messages) -> Json {
          const size_t at = find(messages, kind);
          if (at == messages.size()) {
            ADD_FAILURE() << "no message of kind " << kind;
            return JsonObject{};
          }
          taken_ = at + 1;
          return messages[at];
        });
  }
  int closed() {
    return closed_.wait_for(
        std::chrono::seconds(20), [](int code) { return code != 0; }, [](int code) { return code; });
  }

 private:
  size_t find(const std::vector<Json>& messages, std::string_view kind) const {
    size_t at = taken_;
    while (at < messages.size() && member_text(messages[at], "kind") != kind) ++at;
    return at;
  }
  Synced<std::vector<Json>> messages_;
  Synced<int> closed_;
  size_t taken_ = 0;
};

class LiveTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    hub_ = std::make_unique<LiveHub>(*services_, LiveOptions{.heartbeat = std::chrono::seconds(15),
                                                             .wait = std::chrono::milliseconds(20)});
  }
  void TearDown() override {
    hub_.reset();
    ApiTest::TearDown();
  }
  std::shared_ptr<FakeSocket> connect(const identity::Principal& principal,
                                      const std::map<std::string, std::string>& query = {}) {
    auto handler = hub_->open(principal, query);
    EXPECT_TRUE(handler.has_value());
    auto socket = std::make_shared<FakeSocket>();
    handler->on_open(socket);
    return socket;
  }
  identity::Principal principal(const std::string& name, const identity::Scope& scope = {}) {
    const std::string key = key_of(name, identity::Role::viewer, scope);
    auto found = keys_->check(key, "127.0.0.1");
    EXPECT_TRUE(found.has_value());
    return found.value_or(identity::Principal());
  }
  std::unique_ptr<LiveHub> hub_;
};

TEST_F(LiveTest, TellsWhatHappensWithinTheScope) {
  auto all = connect(principal("all"));
  auto mine = connect(principal("mine", only_a()));
  EXPECT_EQ(all->next("hello").at("heartbeat_seconds").as_int64(), 15);
  mine->next("hello");
  sweep_estate();
  std::set<std::string> seen_by_all, seen_by_mine;
  const int64_t last = database_->last_change().value();
  const auto gather = [&](FakeSocket& socket, std::set<std::string>& seen) {
    int64_t seq = 0;
    while (seq < last && !HasFailure()) {
      const Json message = socket.next("changes");
      seq = message.at("seq").as_int64();
      for (const Json& item : message.at("items").as_array())
        seen.insert(std::string(member_text(item, "id")));
    }
  };
  gather(*all, seen_by_all);
  gather(*mine, seen_by_mine);
  const std::string hidden = id_of(kAccountB, "eu-west-1", "vol-b1");
  EXPECT_TRUE(seen_by_all.contains(hidden));
  EXPECT_TRUE(seen_by_mine.contains(id_of(kAccountA, "eu-west-1", "vol-a1")));
  for (const std::string& id : seen_by_mine) {
    EXPECT_NE(id, hidden);
    EXPECT_EQ(id.find(kAccountB), std::string::npos) << id;
  }
}

TEST_F(LiveTest, ResumesBehindASequenceNumber) {
  sweep(kAccountA, "eu-west-1", {"vol-1"});
  const int64_t before = database_->last_change().value();
  sweep(kAccountA, "us-east-1", {"vol-2"});
  auto late = connect(principal("late"), {{"since", std::to_string(before)}});
  late->next("hello");
  const Json message = late->next("changes");
  bool found = false;
  for (const Json& item : message.at("items").as_array()) {
    EXPECT_GT(item.at("seq").as_int64(), before);
    found |= member_text(item, "id") == id_of(kAccountA, "us-east-1", "vol-2");
  }
  EXPECT_TRUE(found);
  auto ahead = connect(principal("ahead"), {{"since", "999999"}});
  EXPECT_GE(ahead->next("reset").at("seq").as_int64(), message.at("seq").as_int64());
  EXPECT_EQ(hub_->open(principal("bad"), {{"since", "x"}}).error().code, "invalid");
}

TEST_F(LiveTest, BeatsAndClosesWhenTheSessionEnds) {
  const identity::Principal who = principal("ann");
  auto socket = connect(who);
  socket->next("hello");
  clock_.advance(std::chrono::seconds(15));
  socket->next("heartbeat");
  ASSERT_OK(keys_->revoke(who, who.credential));
  clock_.advance(std::chrono::seconds(15));
  EXPECT_EQ(socket->closed(), 4401);
}

// Not at the next heartbeat: at once, and before anything else is told.
TEST_F(LiveTest, AnEndedSessionAndALostScopeAreHeededAtOnce) {
  auto gone = connect(principal("gone")), less = connect(principal("less")), out = connect(principal("out"));
  for (const auto& socket : {gone, less, out}) socket->next("hello");
  key_of("boss", identity::Role::admin);
  const identity::Actor admin{"boss", identity::Via::server, ""};
  ASSERT_OK(users_->remove(admin, "gone"));
  EXPECT_EQ(gone->closed(), 4401);
  ASSERT_OK(users_->change(admin, "out", {.role = {}, .scope = {}, .disabled = true}));
  EXPECT_EQ(out->closed(), 4401);
  ASSERT_OK(users_->change(admin, "less", {.role = {}, .scope = only_a(), .disabled = {}}));
  less->next("reset");
  sweep(kAccountB, "eu-west-1", {"vol-b1"});
  sweep(kAccountA, "eu-west-1", {"vol-a1"});
  for (bool mine = false; !mine && !HasFailure();) {
    const Json message = less->next("changes");
    for (const Json& item : message.at("items").as_array()) {
      EXPECT_EQ(item.at("id").as_string().find(kAccountB), std::string::npos);
      EXPECT_NE(member_text(item, "id"), id_of(kAccountB, "eu-west-1", "vol-b1"));
      mine |= member_text(item, "id") == id_of(kAccountA, "eu-west-1", "vol-a1");
    }
  }
}

// A socket belongs to the server, which goes before the hub.
TEST_F(LiveTest, AStoppedHubHoldsNoSocket) {
  const identity::Principal who = principal("ann");
  auto socket = connect(who);
  socket->next("hello");
  hub_->stop();
  EXPECT_EQ(socket.use_count(), 1);
  auto late = connect(who);
  EXPECT_EQ(late->closed(), 1001);
  EXPECT_EQ(late.use_count(), 1);
}

TEST_F(LiveTest, NobodyTakesAllSockets) {
  const identity::Principal greedy = principal("greedy");
  std::vector<std::shared_ptr<FakeSocket>> sockets;
  for (int i = 0; i < 50; ++i) sockets.push_back(connect(greedy));
  EXPECT_EQ(hub_->open(greedy, {}).error().code, "too_many_sockets");
  connect(principal("modest"))->next("hello");
}

TEST_F(LiveTest, TheNumbersOfAScanAreForThoseWhoSeeAll) {
  scan_.with([](ScanProgress& scan) {
    scan.running = true;
    scan.total = 7;
    scan.resources = 3;
  });
  auto all = connect(principal("all")), mine = connect(principal("mine", only_a()));
  for (const auto& socket : {all, mine}) socket->next("hello");
  clock_.advance(std::chrono::seconds(1));
  scan_.with([](ScanProgress& scan) {
    scan.running = false;
    scan.total = 8;
    scan.resources = 4;
  });
  Json whole = all->next("scan").at("scan"), part = mine->next("scan").at("scan");
  EXPECT_FALSE(whole.at("resources").is_null());
  for (const char* number : {"done", "total", "ok", "not_ok", "calls", "resources"})
    EXPECT_TRUE(part.at(number).is_null()) << number;
}

TEST_F(LiveTest, TheGateAsksForOriginHostAndCredentials) {
  key_of("ann", identity::Role::viewer);
  const std::string cookie = session_of("ann");
  const auto upgrade = [&](const HttpHeaders& headers, const std::string& target = "/api/v1/live") {
    ServerRequest request;
    request.method = "GET";
    request.target = target;
    request.headers = headers;
    auto decision = gate_->upgrade(request);
    const auto* refused = std::get_if<ServerResponse>(&decision);
    return refused ? refused->status : 101;
  };
  const std::string session = "hm_session=" + cookie, host = "127.0.0.1:8620", origin = "http://" + host;
  EXPECT_EQ(upgrade({{"Host", host}, {"Cookie", session}, {"Origin", origin}}), 101);
  EXPECT_EQ(upgrade({{"Host", host}, {"Cookie", session}}), 403);
  EXPECT_EQ(upgrade({{"Host", host}, {"Cookie", session}, {"Origin", "http://evil.example"}}), 403);
  EXPECT_EQ(upgrade({{"Host", "evil.example"}, {"Cookie", session}, {"Origin", "http://evil.example"}}), 403);
  EXPECT_EQ(upgrade({{"Host", host}, {"Origin", origin}}), 401);
  EXPECT_EQ(upgrade({{"Host", host}, {"Cookie", session}, {"Origin", origin}}, "/api/v1/other"), 404);
}

}  // namespace
}  // namespace hm::api
