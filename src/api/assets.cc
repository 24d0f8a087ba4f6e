#include "api/assets.h"

#include <array>
#include <charconv>

#include "base/check.h"
#include "base/crypto.h"

namespace hm::api {

namespace {

constexpr std::string_view kNonceMark = "__CSP_NONCE__";
constexpr std::string_view kNoDashboard =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>HostMaster</title>"
    "<p>This build has no dashboard: it was made without Node. The API is under /api/v1.";

size_t number(std::string_view text) {
  size_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  HM_CHECK(failed == std::errc() && end == text.data() + text.size());
  return value;
}

std::string policy_with(std::string_view nonce) {
  return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + std::string(nonce) +
         "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src "
         "'self'; "
         "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

bool accepts(const ServerRequest& request, std::string_view encoding) {
  std::string_view list = request.headers.get("accept-encoding");
  while (!list.empty()) {
    std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    const std::string_view name = item.substr(0, item.find_first_of("; "));
    if (!equal_ignoring_case(name, encoding)) continue;
    // "q=0", "q=0.0"…: refused
    const size_t quality = item.find("q=");
    return quality == std::string_view::npos ||
           item.substr(quality + 2).find_first_not_of("0. ") != std::string_view::npos;
  }
  return false;
}

ServerResponse not_found() {
  ServerResponse response;
  response.status = 404;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::string_view("not found\n");
  return response;
}

}  // namespace

Assets::Assets(std::string_view pack) {
  const size_t end = pack.starts_with('\n') ? 0 : pack.find("\n\n");
  if (pack.empty() || end == std::string_view::npos) return;
  std::string_view head = pack.substr(0, end);
  const std::string_view bytes = pack.substr(end == 0 ? 1 : end + 2);
  while (!head.empty()) {
    std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    std::array<std::string_view, 4> cells;
    for (std::string_view& cell : cells) {
      cell = line.substr(0, line.find('\t'));
      line.remove_prefix(std::min(cell.size() + 1, line.size()));
    }
    const size_t offset = number(cells[2]), size = number(cells[3]);
    HM_CHECK(offset + size <= bytes.size());
    files_[std::string(cells[0])] = {std::string(cells[1]), bytes.substr(offset, size)};
  }
}

const Assets::File* Assets::find(const std::string& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

ServerResponse Assets::index() const {
  ServerResponse response;
  const File* file = find("/index.html");
  std::string page(file ? file->bytes : kNoDashboard);
  const std::string nonce = random_token(16);
  for (size_t at = page.find(kNonceMark); at != std::string::npos; at = page.find(kNonceMark, at)) {
    page.replace(at, kNonceMark.size(), nonce);
  }
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", "no-cache");
  response.headers.add("Content-Security-Policy", policy_with(nonce));
  response.body = std::move(page);
  return response;
}

ServerResponse Assets::serve(const ServerRequest& request) const {
  const std::string path(request.path());
  if (path == "/" || path == "/index.html") return index();
  const File* file = find(path);
  if (file == nullptr || path.ends_with(".br") || path.ends_with(".gz")) {
    const bool a_page = path.substr(path.rfind('/') + 1).find('.') == std::string::npos;
    return a_page && !path.starts_with("/assets/") && !path.starts_with("/api") ? index() : not_found();
  }
  ServerResponse response;
  response.headers.add("Content-Type", file->content_type);
  const bool immutable = path.starts_with("/assets/");
  response.headers.add("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
  const File *brotli = find(path + ".br"), *gzip = find(path + ".gz");
  if (brotli || gzip) response.headers.add("Vary", "Accept-Encoding");
  response.body = file->bytes;
  if (brotli && accepts(request, "br")) {
    response.headers.add("Content-Encoding", "br");
    response.body = brotli->bytes;
  } else if (gzip && accepts(request, "gzip")) {
    response.headers.add("Content-Encoding", "gzip");
    response.body = gzip->bytes;
  }
  return response;
}

}  // namespace hm::api
