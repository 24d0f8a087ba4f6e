// The operations that are more than a table row, one file a family.
#pragma once

#include "sim/state/engine.h"

namespace hm::sim {

// sts.cc
Result<Json> get_caller_identity(const Call& call);
Result<Json> assume_role(const Call& call);
Result<Json> get_session_token(const Call& call);
// ec2_read.cc
Result<Json> describe_regions(const Call& call);
Result<Json> describe_availability_zones(const Call& call);
Result<Json> describe_vpc_attribute(const Call& call);
Result<Json> describe_instance_attribute(const Call& call);
Result<Json> describe_security_group_rules(const Call& call);
Result<Json> describe_launch_template_versions(const Call& call);
Result<Json> describe_tags(const Call& call);
Result<Json> get_ebs_encryption_by_default(const Call& call);
// iam_read.cc
Result<Json> get_user(const Call& call);
Result<Json> get_group(const Call& call);
Result<Json> get_policy_version(const Call& call);
Result<Json> get_user_policy(const Call& call);
Result<Json> get_role_policy(const Call& call);
Result<Json> get_group_policy(const Call& call);
Result<Json> list_access_keys(const Call& call);
Result<Json> get_access_key_last_used(const Call& call);
Result<Json> get_account_summary(const Call& call);
Result<Json> get_account_password_policy(const Call& call);
Result<Json> list_account_aliases(const Call& call);
// tags_read.cc
Result<Json> elbv2_describe_tags(const Call& call);
Result<Json> elb_describe_tags(const Call& call);
Result<Json> rds_list_tags(const Call& call);
Result<Json> cloudwatch_list_tags(const Call& call);
Result<Json> lambda_list_tags(const Call& call);
Result<Json> lambda_get_function(const Call& call);
Result<Json> lambda_list_urls(const Call& call);
Result<Json> bucket_policy_status(const Call& call);
Result<Json> auto_scaling_instances(const Call& call);
// instances.cc
Result<Json> run_instances(const Call& call);
Result<Json> start_instances(const Call& call);
Result<Json> stop_instances(const Call& call);
Result<Json> reboot_instances(const Call& call);
Result<Json> terminate_instances(const Call& call);
Result<Json> modify_instance_attribute(const Call& call);
// volumes.cc
Result<Json> create_volume(const Call& call);
Result<Json> delete_volume(const Call& call);
Result<Json> attach_volume(const Call& call);
Result<Json> detach_volume(const Call& call);
Result<Json> modify_volume(const Call& call);
Result<Json> create_snapshot(const Call& call);
Result<Json> delete_snapshot(const Call& call);
// networks.cc
Result<Json> create_vpc(const Call& call);
Result<Json> delete_vpc(const Call& call);
Result<Json> create_subnet(const Call& call);
Result<Json> delete_subnet(const Call& call);
Result<Json> create_security_group(const Call& call);
Result<Json> delete_security_group(const Call& call);
Result<Json> authorize_ingress(const Call& call);
Result<Json> revoke_ingress(const Call& call);
Result<Json> authorize_egress(const Call& call);
Result<Json> revoke_egress(const Call& call);
Result<Json> allocate_address(const Call& call);
Result<Json> release_address(const Call& call);
Result<Json> create_key_pair(const Call& call);
Result<Json> delete_key_pair(const Call& call);
// tag_change.cc
Result<Json> create_tags(const Call& call);
Result<Json> delete_tags(const Call& call);
// databases.cc
Result<Json> create_db_instance(const Call& call);
Result<Json> modify_db_instance(const Call& call);
Result<Json> start_db_instance(const Call& call);
Result<Json> stop_db_instance(const Call& call);
Result<Json> reboot_db_instance(const Call& call);
Result<Json> delete_db_instance(const Call& call);
// groups.cc
Result<Json> set_desired_capacity(const Call& call);
Result<Json> update_auto_scaling_group(const Call& call);
// metrics.cc
Result<Json> get_metric_data(const Call& call);
Result<Json> list_metrics(const Call& call);
Result<Json> get_metric_statistics(const Call& call);
// quotas.cc
Result<Json> list_quota_services(const Call& call);
Result<Json> list_service_quotas(const Call& call);
// handlers.cc
Result<Json> lookup_events(const Call& call);
// queues.cc
Result<Json> sqs_create_queue(const Call& call);
Result<Json> sqs_get_queue_url(const Call& call);
Result<Json> sqs_get_queue_attributes(const Call& call);
Result<Json> sqs_set_queue_attributes(const Call& call);
Result<Json> sqs_send_message(const Call& call);
Result<Json> sqs_receive_message(const Call& call);
Result<Json> sqs_delete_message(const Call& call);
Result<Json> sqs_delete_message_batch(const Call& call);
// events.cc
Result<Json> events_put_rule(const Call& call);
Result<Json> events_put_targets(const Call& call);
Result<Json> events_describe_rule(const Call& call);
Result<Json> events_list_targets(const Call& call);
Result<Json> events_remove_targets(const Call& call);
Result<Json> events_delete_rule(const Call& call);
// global_change.cc
Result<Json> create_bucket(const Call& call);
Result<Json> delete_bucket(const Call& call);
Result<Json> list_objects(const Call& call);
Result<Json> create_user(const Call& call);
Result<Json> delete_user(const Call& call);
Result<Json> create_access_key(const Call& call);
Result<Json> delete_access_key(const Call& call);
Result<Json> create_role(const Call& call);
Result<Json> delete_role(const Call& call);

}  // namespace hm::sim
