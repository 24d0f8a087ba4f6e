// What list operations do to single documents beyond the tables: leave some out, and shape the rows.
#pragma once

#include "sim/state/engine.h"

namespace hm::sim {

bool owned(const Call& call, const Json& document);
bool status_shown(const Call& call, const Json& document);
bool named_group(const Call& call, const Json& document);
bool public_ip_asked(const Call& call, const Json& document);
bool key_pair_asked(const Call& call, const Json& document);
bool named_template(const Call& call, const Json& document);
bool rds_filtered(const Call& call, const Json& document);
bool balancer_asked(const Call& call, const Json& document);
bool target_group_asked(const Call& call, const Json& document);
bool listener_asked(const Call& call, const Json& document);
bool bucket_asked(const Call& call, const Json& document);
bool path_asked(const Call& call, const Json& document);
bool policy_asked(const Call& call, const Json& document);
bool alarm_asked(const Call& call, const Json& document);
bool alias_asked(const Call& call, const Json& document);

Json reservation(const Call& call, Json document);
Json instance_status(const Call& call, Json document);
Json volume_status(const Call& call, Json document);
// Without what the lists of IAM and Lambda leave out and only their Get… operations tell.
Json as_listed(const Call& call, Json document);
Json key_entry(const Call& call, Json document);

}  // namespace hm::sim
