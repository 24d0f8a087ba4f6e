output "queue_url" {
  description = "Put this under event_queues of the account in hostmaster.yaml."
  value       = aws_sqs_queue.events.url
}

output "queue_arn" {
  description = "ARN of the queue, for policies."
  value       = aws_sqs_queue.events.arn
}

output "read_policy_arn" {
  description = "Policy that HostMaster's role needs, where no role was named."
  value       = aws_iam_policy.read.arn
}
