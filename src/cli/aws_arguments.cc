#include "cli/aws_arguments.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/encoding.h"
#include "cli/aws_files.h"
#include "cli/aws_names.h"
#include "cli/aws_values.h"

namespace hm::cli {

namespace {

Error usage(const std::string& why) { return make_error(ErrorKind::invalid, "usage", why); }

// "-1" is a value, "-x" and "--x" are options.
bool is_option(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  if (word.find(' ') != std::string::npos) return false;
  return !((word[1] >= '0' && word[1] <= '9') || word[1] == '.');
}

// One option of the operation. `member` is what it fills; none for paging options.
struct Option {
  enum class Kind { value, yes, no, yes_or_value, no_structure, text };
  Kind kind = Kind::value;
  std::optional<aws::Member> member;
  std::string path;  // of a nested option
};
using Options = std::map<std::string, Option>;

// Of EC2's attributes: a structure of one boolean, which may be given as a switch.
bool is_boolean_structure(const aws::Service& service, const aws::Shape& shape) {
  return service.protocol() == aws::Protocol::ec2 && shape.kind() == aws::ShapeKind::structure &&
         shape.members().size() == 1 && shape.members()[0].name() == "Value" &&
         shape.members()[0].shape().kind() == aws::ShapeKind::boolean;
}

std::optional<aws::Member> member_at(const aws::Shape& shape, std::string_view path) {
  const auto dot = path.find('.');
  const auto member = shape.find(path.substr(0, dot));
  if (!member || dot == std::string_view::npos) return member;
  return member_at(member->shape(), path.substr(dot + 1));
}

void add_nested(const aws::Service& service, const aws::Operation& operation, Options& options) {
  for (const NestedOption& nested : nested_options(service, operation)) {
    if (const auto member = member_at(*operation.input(), nested.path)) {
      options["--" + std::string(nested.word)] = {Option::Kind::value, member, std::string(nested.path)};
    }
  }
}

// The one operation whose numbers of instances the AWS CLI writes as one option.
bool runs_instances(const aws::Service& service, const aws::Operation& operation) {
  return service.name() == "ec2" && operation.name() == "RunInstances";
}

Options options_of(const aws::Service& service, const aws::Operation& operation) {
  Options options;
  if (!operation.input()) return options;
  for (const aws::Member& member : operation.input()->members()) {
    if (member.shape().event_stream()) continue;
    const bool boolean = member.shape().kind() == aws::ShapeKind::boolean;
    const bool wrapped = is_boolean_structure(service, member.shape());
    const auto kind = boolean   ? Option::Kind::yes
                      : wrapped ? Option::Kind::yes_or_value
                                : Option::Kind::value;
    for (const std::string& word : parameter_words(service, operation, member.name())) {
      options["--" + word] = {kind, member, {}};
    }
    if (boolean || wrapped) {
      options["--" + negative_word(service, operation, member.name())] = {
          boolean ? Option::Kind::no : Option::Kind::no_structure, member, {}};
    }
  }
  add_nested(service, operation, options);
  if (runs_instances(service, operation)) {
    options["--count"] = {Option::Kind::text, std::nullopt, {}};
  }
  return options;
}

// Reads the words after service and operation.
class Reader {
 public:
  Reader(const Args& args, size_t at, AwsCommand& command, bool paginated)
      : args_(args),
        at_(at),
        command_(command),
        paginated_(paginated),
        options_(options_of(command.service, command.operation)) {}

  Status run() {
    for (const char* word : {"--cli-input-json"}) options_[word] = {Option::Kind::text, std::nullopt, {}};
    while (at_ < args_.size()) {
      if (is_option(args_[at_])) {
        HM_DO(read_option());
      } else {
        positionals_.push_back(args_[at_++]);
      }
    }
    HM_DO(apply_paging());
    HM_DO(apply_input_json());
    set_default_count();
    HM_DO(take_outfile());
    if (!unknown_.empty()) return usage("Unknown options: " + unknown_);
    return check_required();
  }

 private:
  Status read_option();
  Status read_operation_option(const std::string& name, const Option& option,
                               const std::optional<std::string>& inline_value);
  Result<bool> read_global(const std::string& name, const std::optional<std::string>& inline_value);
  Result<std::string> one_value(const std::string& name, const std::optional<std::string>& inline_value);
  Result<const Option*> find(const std::string& name, std::string& full) const;
  Status set(const Option& option, Json value);
  Status set_count(const std::string& text);
  void set_default_count();
  Status apply_paging();
  Status apply_input_json();
  Status take_outfile();
  Status check_required() const;
  bool skips_paging() const;

  const Args& args_;
  size_t at_;
  AwsCommand& command_;
  const bool paginated_;
  Options options_;
  std::map<std::string, std::string> paging_;
  std::optional<std::string> input_json_;
  std::vector<std::string> positionals_;
  std::string unknown_;
};

Result<std::string> Reader::one_value(const std::string& name,
                                      const std::optional<std::string>& inline_value) {
  if (inline_value) return *inline_value;
  if (at_ >= args_.size() || is_option(args_[at_])) {
    return usage("argument " + name + ": expected one argument");
  }
  return args_[at_++];
}

// An option may be cut short as long as one alone begins so.
Result<const Option*> Reader::find(const std::string& name, std::string& full) const {
  full = name;
  if (const auto exact = options_.find(name); exact != options_.end()) return &exact->second;
  const Option* found = nullptr;
  for (auto next = options_.lower_bound(name); next != options_.end() && next->first.starts_with(name);
       ++next) {
    if (found) return usage("ambiguous option: " + name + " could match " + full + ", " + next->first);
    found = &next->second;
    full = next->first;
  }
  return found;
}

Status Reader::read_option() {
  const std::string word = args_[at_++];
  const auto equals = word.find('=');
  const std::string name = word.substr(0, equals);
  std::optional<std::string> inline_value;
  if (equals != std::string::npos) inline_value = word.substr(equals + 1);
  HM_TRY(const bool global, read_global(name, inline_value));
  if (global) return ok();
  const bool paging = name == "--starting-token" || name == "--max-items" || name == "--page-size";
  if (paginated_ && paging) {
    HM_TRY(paging_[name], one_value(name, inline_value));
    return ok();
  }
  std::string full;
  HM_TRY(const Option* option, find(name, full));
  if (option) return read_operation_option(full, *option, inline_value);
  unknown_ += (unknown_.empty() ? "" : ", ") + word;
  while (at_ < args_.size() && !is_option(args_[at_])) unknown_ += ", " + args_[at_++];
  return ok();
}

Status Reader::read_operation_option(const std::string& name, const Option& option,
                                     const std::optional<std::string>& inline_value) {
  switch (option.kind) {
    case Option::Kind::yes:
    case Option::Kind::no:
      if (inline_value)
        return usage("argument " + name + ": ignored explicit argument '" + *inline_value + "'");
      return set(option, option.kind == Option::Kind::yes);
    case Option::Kind::no_structure:
      return set(option, JsonObject{{"Value", false}});
    case Option::Kind::text: {
      HM_TRY(std::string value, one_value(name, inline_value));
      if (name == "--count") return set_count(value);
      input_json_ = std::move(value);
      return ok();
    }
    case Option::Kind::yes_or_value:
      if (!inline_value && (at_ >= args_.size() || is_option(args_[at_]))) {
        return set(option, JsonObject{{"Value", true}});
      }
      break;
    case Option::Kind::value:
      break;
  }
  std::vector<std::string> words;
  if (inline_value) {
    words.push_back(*inline_value);
  } else if (option.member->shape().kind() == aws::ShapeKind::list) {
    while (at_ < args_.size() && !is_option(args_[at_])) words.push_back(args_[at_++]);
  } else {
    HM_TRY(std::string value, one_value(name, inline_value));
    words.push_back(std::move(value));
  }
  if (option.kind == Option::Kind::yes_or_value && (words[0] == "true" || words[0] == "false")) {
    words[0] = "Value=" + words[0];
  }
  HM_TRY(Json value, read_value(*option.member, name, words));
  return set(option, std::move(value));
}

Status Reader::set(const Option& option, Json value) {
  JsonObject* at = &command_.params.get_object();
  std::string_view path = option.path;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    Json& next = (*at)[path.substr(0, dot)];
    if (!next.is_object()) next = JsonObject();
    at = &next.get_object();
    path.remove_prefix(dot + 1);
  }
  (*at)[path.empty() ? option.member->name() : path] = std::move(value);
  return ok();
}

// "--count 2" or "--count 1:3".
Status Reader::set_count(const std::string& text) {
  const auto colon = text.find(':');
  for (const auto& [key, part] :
       {std::pair("MinCount", text.substr(0, colon)),
        std::pair("MaxCount", colon == std::string::npos ? text : text.substr(colon + 1))}) {
    int64_t number = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (failure != std::errc() || end != part.data() + part.size()) {
      return make_error(ErrorKind::invalid, "ParamError",
                        "count parameter should be of form min[:max] (e.g. 1 or 1:10)");
    }
    command_.params.get_object()[key] = number;
  }
  return ok();
}

void Reader::set_default_count() {
  if (!runs_instances(command_.service, command_.operation)) return;
  for (const char* key : {"MinCount", "MaxCount"}) {
    if (!member(command_.params, key)) command_.params.get_object()[key] = 1;
  }
}

Result<bool> Reader::read_global(const std::string& name, const std::optional<std::string>& inline_value) {
  AwsGlobals& globals = command_.globals;
  const std::map<std::string, std::string*> texts = {{"--endpoint-url", &globals.endpoint_url},
                                                     {"--region", &globals.region},
                                                     {"--profile", &globals.profile},
                                                     {"--ca-bundle", &globals.ca_bundle}};
  if (const auto text = texts.find(name); text != texts.end()) {
    HM_TRY(*text->second, one_value(name, inline_value));
    // Nothing, as an unset variable of a script leaves it, must not mean AWS itself.
    if (name == "--endpoint-url" && text->second->find("://") == std::string::npos) {
      return usage("Bad value for --endpoint-url \"" + *text->second +
                   "\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/");
    }
    return true;
  }
  const std::map<std::string, int*> numbers = {{"--cli-read-timeout", &globals.read_timeout_s},
                                               {"--cli-connect-timeout", &globals.connect_timeout_s}};
  if (const auto number = numbers.find(name); number != numbers.end()) {
    HM_TRY(const std::string text, one_value(name, inline_value));
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), *number->second);
    if (failure != std::errc() || end != text.data() + text.size()) {
      return usage("argument " + name + ": invalid int value: '" + text + "'");
    }
    if (*number->second < 0) return usage("argument " + name + ": a time cannot be negative: " + text);
    return true;
  }
  if (name == "--no-paginate") globals.paginate = false;
  if (name == "--no-sign-request") globals.sign = false;
  if (name == "--debug") globals.debug = true;
  if (name == "--output") {
    HM_TRY(const std::string form, one_value(name, inline_value));
    if (form != "json") return usage("argument --output: the only form is json");
    return true;
  }
  if (name == "--color") {
    HM_DO(one_value(name, inline_value));
    return true;
  }
  return name == "--no-paginate" || name == "--no-sign-request" || name == "--debug" ||
         name == "--no-cli-pager" || name == "--no-cli-auto-prompt";
}

// Paging by hand, with the service's own tokens, switches the AWS CLI's off.
bool Reader::skips_paging() const {
  const auto paginator = command_.operation.paginator();
  if (!paginator) return true;
  const auto given = [&](std::string_view name) { return member(command_.params, name) != nullptr; };
  if (!paginator->limit_key.empty() && given(paginator->limit_key)) return true;
  return std::any_of(paginator->input_tokens.begin(), paginator->input_tokens.end(), given);
}

Status Reader::apply_paging() {
  AwsGlobals& globals = command_.globals;
  if (!paginated_) return ok();
  if (skips_paging()) globals.paginate = false;
  if (!globals.paginate) {
    // The service's own parameter of that name counts then.
    for (const auto& [name, text] : paging_) {
      const auto own = options_.find(name);
      if (own == options_.end() || !own->second.member) {
        return usage("Cannot specify --no-paginate along with pagination arguments: " + name);
      }
      HM_TRY(Json value, read_value(*own->second.member, name, {text}));
      HM_DO(set(own->second, std::move(value)));
    }
    return ok();
  }
  for (const auto& [name, text] : paging_) {
    if (name == "--starting-token") {
      command_.paging.starting_token = text;
      continue;
    }
    int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) {
      return usage("argument " + name + ": invalid int value: '" + text + "'");
    }
    // The AWS CLI warns of undefined behaviour there: it cuts from the end of the page.
    if (number < 0) return usage("argument " + name + ": must not be negative: " + text);
    (name == "--max-items" ? command_.paging.max_items : command_.paging.page_size) = number;
  }
  return ok();
}

// What stands in the document counts where no option says otherwise.
Status Reader::apply_input_json() {
  if (!input_json_) return ok();
  auto content = read_if_file(*input_json_);
  if (!content) {
    return make_error(ErrorKind::invalid, "ParamError",
                      "Error parsing parameter '--cli-input-json': " + content.error().message);
  }
  const std::string text = content->value_or(*input_json_);
  auto document = parse_json(text);
  if (!document || !document->is_object()) {
    return make_error(ErrorKind::invalid, "ParamError",
                      "Error parsing parameter 'cli-input-json': Invalid JSON: " +
                          (document ? "Expecting an object" : document.error().message) +
                          "\nJSON received: " + text);
  }
  for (auto& entry : document->get_object()) {
    if (!command_.params.get_object().contains(entry.key())) {
      command_.params.get_object()[entry.key()] = std::move(entry.value());
    }
  }
  return ok();
}

Status Reader::take_outfile() {
  const auto output = command_.operation.output();
  const auto payload = output && !output->payload().empty() ? output->find(output->payload()) : std::nullopt;
  const bool streams = payload && payload->shape().kind() == aws::ShapeKind::blob;
  if (streams && positionals_.empty()) return usage("the following arguments are required: outfile");
  if (streams) {
    command_.outfile = positionals_.front();
    positionals_.erase(positionals_.begin());
  }
  for (const std::string& word : positionals_) unknown_ += (unknown_.empty() ? "" : ", ") + word;
  return ok();
}

Status Reader::check_required() const {
  if (input_json_ || !command_.operation.input()) return ok();
  std::string missing;
  for (const aws::Member& member : command_.operation.input()->members()) {
    if (!member.required() || member.idempotency_token() || member.shape().event_stream()) continue;
    if (hm::member(command_.params, member.name())) continue;
    missing += (missing.empty() ? "--" : ", --") +
               parameter_words(command_.service, command_.operation, member.name()).front();
  }
  return missing.empty() ? ok() : Status(usage("the following arguments are required: " + missing));
}

}  // namespace

Result<AwsCommand> parse_aws_command(const Args& args) {
  // Options for every operation may stand before the words.
  std::vector<std::string> words;
  Args rest;
  for (size_t at = 0; at < args.size(); ++at) {
    if (words.size() == 2 || is_option(args[at])) {
      rest.push_back(args[at]);
      const bool takes_value = words.size() < 2 && at + 1 < args.size() && !is_option(args[at + 1]) &&
                               args[at].find('=') == std::string::npos && args[at] != "--debug" &&
                               !args[at].starts_with("--no-");
      if (takes_value) rest.push_back(args[++at]);
    } else {
      words.push_back(args[at]);
    }
  }
  if (words.size() < 2) return usage("the following arguments are required: service and operation");
  const auto service = service_of_word(words[0]);
  if (!service) return usage("argument command: " + invalid_choice(words[0], service_words()));
  const auto operation = operation_of_word(*service, words[1]);
  if (!operation) return usage("argument operation: " + invalid_choice(words[1], operation_words(*service)));
  AwsCommand command{{}, *service, *operation, JsonObject(), {}, {}};
  Reader reader(rest, 0, command, operation->paginator().has_value());
  HM_DO(reader.run());
  if (operation->input()) encode_blobs(command.params, *operation->input());
  return command;
}

}  // namespace hm::cli
