# A queue that tells HostMaster what has just changed in this account and region: rules of EventBridge send state
# changes and changing calls to it, and HostMaster alone reads it. It makes what
# ../../cloudformation/hostmaster-events.yaml makes.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }
  }
}

locals {
  rules = {
    state-changes = {
      description = "Instances, volumes and snapshots that change their state"
      pattern = {
        source = ["aws.ec2"]
        detail-type = [
          "EC2 Instance State-change Notification",
          "EC2 Spot Instance Interruption Warning",
          "EBS Volume Notification",
          "EBS Snapshot Notification",
        ]
      }
    }
    databases = {
      description = "What RDS tells of instances, clusters, snapshots and parameter groups"
      pattern = {
        source = ["aws.rds"]
        detail-type = [
          "RDS DB Instance Event",
          "RDS DB Cluster Event",
          "RDS DB Snapshot Event",
          "RDS DB Cluster Snapshot Event",
          "RDS DB Parameter Group Event",
        ]
      }
    }
    scaling = {
      description = "Auto Scaling groups that launch and terminate instances"
      pattern = {
        source = ["aws.autoscaling"]
        detail-type = [
          "EC2 Instance Launch Successful",
          "EC2 Instance Launch Unsuccessful",
          "EC2 Instance Terminate Successful",
          "EC2 Instance Terminate Unsuccessful",
          "EC2 Instance-launch Lifecycle Action",
          "EC2 Instance-terminate Lifecycle Action",
        ]
      }
    }
    health = {
      description = "What AWS Health tells of this account's resources"
      pattern = {
        source      = ["aws.health"]
        detail-type = ["AWS Health Event"]
      }
    }
    backups = {
      description = "Backup jobs, vaults and plans"
      pattern = {
        source = ["aws.backup"]
        detail-type = [
          "Backup Job State Change",
          "Backup Vault State Change",
          "Backup Plan State Change",
        ]
      }
    }
    services = {
      description = "Tasks, services, stacks, alarms and certificates that change their state"
      pattern = {
        source = ["aws.ecs", "aws.cloudformation", "aws.cloudwatch", "aws.acm"]
        detail-type = [
          "ECS Task State Change",
          "ECS Service Action",
          "ECS Deployment State Change",
          "ECS Container Instance State Change",
          "CloudFormation Stack Status Change",
          "CloudWatch Alarm State Change",
          "CloudWatch Alarm Configuration Change",
          "ACM Certificate Approaching Expiration",
          "ACM Certificate Available",
        ]
      }
    }
    # Calls come through a trail of CloudTrail, which the region must have. Those that only read, that were refused or
    # that write into what exists are left out.
    calls = {
      description = "Calls that change something, as CloudTrail tells them"
      pattern = {
        detail-type = ["AWS API Call via CloudTrail"]
        detail = {
          readOnly    = [false]
          errorCode   = [{ exists = false }]
          eventSource = [{ anything-but = ["logs.amazonaws.com", "sts.amazonaws.com", "signin.amazonaws.com"] }]
        }
      }
    }
  }
}

# What could not be acted on ten times. Nobody needs to look at it: the next sweep sees what an event told of.
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.queue_name}-dead"
  message_retention_seconds = 86400
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

# An event that has waited for hours says nothing that a sweep has not seen meanwhile.
resource "aws_sqs_queue" "events" {
  name                       = var.queue_name
  message_retention_seconds  = 14400
  visibility_timeout_seconds = 120
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 10
  })
  tags = var.tags
}

resource "aws_cloudwatch_event_rule" "events" {
  for_each      = local.rules
  name          = "${var.queue_name}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "events" {
  for_each  = local.rules
  rule      = aws_cloudwatch_event_rule.events[each.key].name
  target_id = "queue"
  arn       = aws_sqs_queue.events.arn
}

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "RulesSend"
    effect    = "Allow"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.events.arn]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [for rule in aws_cloudwatch_event_rule.events : rule.arn]
    }
  }
  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.events.arn]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "events" {
  queue_url = aws_sqs_queue.events.id
  policy    = data.aws_iam_policy_document.queue.json
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "HostMasterEvents"
    effect    = "Allow"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.events.arn]
  }
}

resource "aws_iam_policy" "read" {
  name_prefix = "${var.queue_name}-read-"
  description = "Receives the messages of HostMaster's queue and deletes them"
  policy      = data.aws_iam_policy_document.read.json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "read" {
  count      = var.reader_role_name == "" ? 0 : 1
  role       = var.reader_role_name
  policy_arn = aws_iam_policy.read.arn
}
