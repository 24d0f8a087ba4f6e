#include "rules/found.h"

#include "base/money.h"
#include "base/utf8.h"

namespace hm::rules {
namespace {

Error bad_row(const std::string& why) { return make_error(ErrorKind::invalid, "rule_row", why); }

Status read_severity(const Json& value, Found& found) {
  if (value.is_null()) return ok();
  const auto severity = value.is_string() ? catalog::severity_from(as_text(value)) : std::nullopt;
  if (!severity)
    return bad_row("a row's severity is " + to_json(value) +
                   ", and it is critical, high, medium, low, info or NULL");
  found.severity = *severity;
  return ok();
}

// A double has lost its cents before it gets here, so it is refused.
Status read_saving(const Json& value, Found& found) {
  if (value.is_null()) return ok();
  const std::string text = value.is_string() ? std::string(as_text(value)) : to_json(value);
  const auto amount = value.is_double() ? Result<Money>(bad_row("")) : Money::parse(text);
  if (!amount || *amount < Money())
    return bad_row("a row's saving_usd is " + to_json(value) +
                   ", and it is a decimal text of at least 0 (printf('%.2f', …)) or NULL");
  found.saving_usd = amount->text();
  return ok();
}

// JSON that came as text is shown as what it says.
Json evidence_of(const Json& value) {
  if (!value.is_string()) return value;
  const std::string_view text = as_text(value);
  if (!text.starts_with('{') && !text.starts_with('[')) return value;
  auto inside = parse_json(text);
  return inside ? *inside : value;
}

// PostgreSQL keeps no NUL, which SQLite can make: char(0).
std::string storable(std::string_view text) {
  std::string out = valid_utf8(text);
  for (size_t at = out.find('\0'); at != std::string::npos; at = out.find('\0', at))
    out.replace(at, 1, "\xef\xbf\xbd");
  return out;
}

// Never in the middle of a character.
std::string cut(std::string text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  text.resize(most);
  return text + "…";
}

}  // namespace

RowReader::RowReader(const std::vector<std::string>& columns, catalog::Severity otherwise)
    : columns_(columns), otherwise_(otherwise) {}

Result<Found> RowReader::read(const std::vector<Json>& row) const {
  Found found;
  found.severity = otherwise_;
  size_t bytes = 0;
  bool left_out = false;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const std::string& column = columns_[i];
    const Json& value = row[i];
    if (column == "resource_id" || column == "reason") {
      if (!value.is_string() || value.get_string().empty())
        return bad_row("a row's " + column + " is " + to_json(value) + ", and it is a text");
      (column == "reason" ? found.reason : found.resource_id) = storable(as_text(value));
    } else if (column == "severity") {
      HM_DO(read_severity(value, found));
    } else if (column == "saving_usd") {
      HM_DO(read_saving(value, found));
    } else {
      bytes += column.size() + to_json(value).size();
      if (bytes > kMostEvidenceBytes) {
        left_out = true;
      } else {
        found.evidence[storable(column)] =
            evidence_of(value.is_string() ? Json(valid_utf8(as_text(value))) : value);
      }
    }
  }
  found.reason = cut(std::move(found.reason), kMostReasonBytes);
  if (left_out) found.evidence["evidence_cut"] = true;
  return found;
}

}  // namespace hm::rules
