#include "identity/views.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/encoding.h"
#include "identity/audit.h"

namespace hm::identity {

namespace {

constexpr std::string_view kKinds[] = {"inventory", "findings", "changes", "query"};

constexpr std::string_view kSelect =
    "select id, kind, name, owner, shared, state, created_at, updated_at from saved_view ";

SavedView read_view(const store::Row& row) {
  SavedView view;
  view.id = row.string(0);
  view.kind = row.string(1);
  view.name = row.string(2);
  view.owner = row.string(3);
  view.shared = row.boolean(4);
  view.state = parse_json(row.text(5)).value_or(JsonObject());
  view.created_at = row.time(6);
  view.updated_at = row.time(7);
  return view;
}

Error no_such_view() { return make_error(ErrorKind::not_found, "no_such_view", "there is no such view"); }

Error invalid_view(std::string field, std::string why) {
  return make_error(ErrorKind::invalid, "invalid_view", std::move(why)).note("field", std::move(field));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Status check_name(std::string_view name) {
  const bool blank = std::all_of(name.begin(), name.end(), [](char c) { return c == ' '; });
  if (blank || name.size() > kMostViewNameBytes || std::any_of(name.begin(), name.end(), is_control))
    return invalid_view("name", "a view's name has 1 to 100 bytes and no line breaks");
  return ok();
}

bool is_word(std::string_view name) {
  return !name.empty() && name.size() <= 32 &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

Status check_state(const Json& state) {
  if (!state.is_object()) return invalid_view("state", "a view's state is an object of texts");
  const JsonObject& words = state.get_object();
  if (words.size() > kMostViewWords) return invalid_view("state", "a view has at most 20 words");
  for (const auto& [name, value] : words)
    if (!is_word({name.data(), name.size()}) || !value.is_string())
      return invalid_view("state", "a view's words are named a-z and _, and are texts");
  if (to_json(state).size() > kMostViewBytes) return invalid_view("state", "a view has at most 32 KiB");
  return ok();
}

Result<SavedView> find(store::Reader& reader, const Principal& principal, std::string_view id) {
  HM_TRY(auto view, reader.one(std::string(kSelect) + "where id = $1 and (owner = $2 or shared = $3)",
                               {id, principal.name, true}, read_view));
  if (!view) return no_such_view();
  return std::move(*view);
}

Result<SavedView> find_to_change(store::Reader& reader, const Principal& principal, std::string_view id) {
  HM_TRY(auto view, find(reader, principal, id));
  if (!may_change(principal, view))
    return make_error(ErrorKind::denied, "forbidden",
                      "a shared view is changed by its owner or an administrator");
  return view;
}

// Asked before it is written, since the store names no column in its refusal.
Status check_free(store::Reader& reader, const SavedView& view) {
  HM_TRY(const int64_t others,
         reader.number(
             "select count(*) from saved_view where owner = $1 and kind = $2 and name = $3 and id <> $4",
             {view.owner, view.kind, view.name, view.id}));
  if (others == 0) return ok();
  return make_error(ErrorKind::conflict, "view_exists",
                    "there is a view of that name already: choose another, or update it");
}

Status note(store::Transaction& transaction, const Principal& principal, std::string action,
            const SavedView& view, Time now) {
  return record(
      transaction, now, principal.actor(),
      {.action = std::move(action),
       .target = view.id,
       .details = {
           {"kind", view.kind}, {"name", view.name}, {"owner", view.owner}, {"shared", view.shared}}});
}

}  // namespace

bool may_change(const Principal& principal, const SavedView& view) {
  return view.owner == principal.name || (view.shared && principal.role == Role::admin);
}

Result<ViewList> Views::list(const Principal& principal, std::string_view kind) {
  HM_TRY(auto items, database_.read("listing views", [&](store::Reader& reader) {
    return reader.all(std::string(kSelect) +
                          "where (owner = $1 or shared = $2) and ($3 = '' or kind = $3) "
                          "order by case when owner = $1 then 0 else 1 end, lower(name), id limit $4",
                      {principal.name, true, kind, kMostViewsListed + 1}, read_view);
  }));
  ViewList list;
  list.truncated = items.size() > kMostViewsListed;
  if (list.truncated) items.pop_back();
  list.items = std::move(items);
  return list;
}

Result<SavedView> Views::add(const Principal& principal, const NewView& wanted) {
  if (std::find(std::begin(kKinds), std::end(kKinds), wanted.kind) == std::end(kKinds))
    return invalid_view("kind", "\"kind\" is inventory, findings, changes or query");
  HM_DO(check_name(wanted.name));
  HM_DO(check_state(wanted.state));
  return database_.write("saving a view", [&](store::Transaction& transaction) -> Result<SavedView> {
    const Time now = clock_.now();
    const SavedView view{hex(random_bytes(8)), wanted.kind,  wanted.name, principal.name,
                         wanted.shared,        wanted.state, now,         now};
    HM_DO(check_free(transaction, view));
    HM_TRY(const int64_t held,
           transaction.number("select count(*) from saved_view where owner = $1", {view.owner}));
    if (held >= kMostViews)
      return make_error(ErrorKind::conflict, "too_many_views",
                        "nobody has more than 100 views: delete some first");
    HM_DO(transaction.run(
        "insert into saved_view (id, kind, name, owner, shared, state, created_at, updated_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8)",
        {view.id, view.kind, view.name, view.owner, view.shared, to_json(view.state), now, now}));
    HM_DO(note(transaction, principal, "view.add", view, now));
    return view;
  });
}

Result<SavedView> Views::change(const Principal& principal, std::string_view id, const ViewChange& change) {
  if (change.name) HM_DO(check_name(*change.name));
  if (change.state) HM_DO(check_state(*change.state));
  return database_.write("changing a view", [&](store::Transaction& transaction) -> Result<SavedView> {
    HM_TRY(SavedView view, find_to_change(transaction, principal, id));
    if (change.name) view.name = *change.name;
    if (change.shared) view.shared = *change.shared;
    if (change.state) view.state = *change.state;
    view.updated_at = clock_.now();
    HM_DO(check_free(transaction, view));
    HM_DO(transaction.run(
        "update saved_view set name = $2, shared = $3, state = $4, updated_at = $5 where id = $1",
        {view.id, view.name, view.shared, to_json(view.state), view.updated_at}));
    HM_DO(note(transaction, principal, "view.change", view, view.updated_at));
    return view;
  });
}

Status Views::remove(const Principal& principal, std::string_view id) {
  return database_.write("deleting a view", [&](store::Transaction& transaction) -> Status {
    HM_TRY(const SavedView view, find_to_change(transaction, principal, id));
    HM_DO(transaction.run("delete from saved_view where id = $1", {view.id}));
    return note(transaction, principal, "view.remove", view, clock_.now());
  });
}

}  // namespace hm::identity
