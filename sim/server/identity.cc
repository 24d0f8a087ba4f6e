#include "sim/server/identity.h"

#include <tl/expected.hpp>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"

namespace hm::sim {

namespace {

constexpr uint64_t kMaxExtraKeys = 10'000;

std::string letters_of(std::string_view digest, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[static_cast<unsigned char>(digest[i % digest.size()]) & 31];
  }
  return text;
}

// The kinds of id that AWS tells apart by four letters. "SIM" follows, so that nobody takes one for real.
std::string access_key_id(bool session, std::string_view digest) {
  return std::string(session ? "AS" : "AK") + "IASIM" + letters_of(digest, 13);
}

}  // namespace

Identity::Identity(const Plan& plan) : master_("awsim|" + std::to_string(plan.options.seed)) {
  for (const auto& account : plan.accounts) keys_.push_back(make_key(account.id, kAdministrator, 0));
}

std::string Identity::seal(std::string_view purpose, std::string_view text) const {
  const auto digest = hmac_sha256(master_, std::string(purpose) + "|" + std::string(text));
  return std::string(view(digest));
}

AccessKey Identity::make_key(const std::string& account_id, const std::string& user_name,
                             uint64_t number) const {
  const auto name = account_id + "|" + user_name + "|" + std::to_string(number);
  AccessKey key;
  key.id = access_key_id(false, seal("key", name));
  key.secret = base64url(seal("secret", name)).substr(0, 40);
  key.account_id = account_id;
  key.user_name = user_name;
  return key;
}

AccessKey Identity::create_key(const std::string& account_id, const std::string& user_name) {
  return extra_.with([&](Extra& extra) {
    if (extra.by_id.size() >= kMaxExtraKeys) extra.by_id.clear();
    auto key = make_key(account_id, user_name, ++extra.made);
    return extra.by_id[key.id] = key;
  });
}

void Identity::remove_key(const std::string& access_key_id) {
  extra_.with([&](Extra& extra) { extra.by_id.erase(access_key_id); });
}

std::vector<AccessKey> Identity::keys_of(const std::string& account_id, const std::string& user_name) const {
  std::vector<AccessKey> found;
  extra_.with([&](const Extra& extra) {
    for (const auto& [id, key] : extra.by_id) {
      if (key.account_id == account_id && key.user_name == user_name) found.push_back(key);
    }
  });
  return found;
}

Session Identity::open_session(const std::string& account_id, const std::string& arn,
                               const std::string& user_id, Time expires_at) const {
  const auto claim =
      to_json(JsonArray{Json(account_id), Json(arn), Json(user_id), Json(to_micros(expires_at))});
  Session session;
  session.expires_at = expires_at;
  session.access_key_id = access_key_id(true, seal("session", claim));
  session.secret = base64url(seal("session secret", claim)).substr(0, 40);
  session.token = base64(claim) + "." + base64(seal("token", claim));
  return session;
}

tl::expected<Caller, Identity::Unknown> Identity::find(const Signature& signature, Time now) const {
  if (signature.session_token.empty()) {
    const auto caller = [](const AccessKey& key) {
      return Caller{key.account_id, "arn:aws:iam::" + key.account_id + ":user/" + key.user_name,
                    "AIDA" + letters_of(key.id, 17), key.secret, false};
    };
    for (const auto& key : keys_) {
      if (key.id == signature.access_key_id) return caller(key);
    }
    std::optional<Caller> found;
    extra_.with([&](const Extra& extra) {
      const auto key = extra.by_id.find(signature.access_key_id);
      if (key != extra.by_id.end()) found = caller(key->second);
    });
    if (found) return *found;
    return tl::unexpected(Unknown::key);
  }
  const auto dot = signature.session_token.find('.');
  const auto claim = unbase64(std::string_view(signature.session_token).substr(0, dot));
  const auto mark = dot == std::string::npos
                        ? Result<std::string>(std::string())
                        : unbase64(std::string_view(signature.session_token).substr(dot + 1));
  if (!claim || !mark || !equal_constant_time(*mark, seal("token", *claim)))
    return tl::unexpected(Unknown::token);
  if (signature.access_key_id != access_key_id(true, seal("session", *claim)))
    return tl::unexpected(Unknown::key);
  const auto parts = parse_json(*claim);
  if (!parts || !parts->is_array() || parts->get_array().size() != 4) return tl::unexpected(Unknown::token);
  if (from_micros(parts->at(3).to_number<int64_t>()) <= now) return tl::unexpected(Unknown::expired);
  return Caller{std::string(as_text(parts->at(0))), std::string(as_text(parts->at(1))),
                std::string(as_text(parts->at(2))), base64url(seal("session secret", *claim)).substr(0, 40),
                true};
}

}  // namespace hm::sim
