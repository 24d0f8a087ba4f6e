variable "queue_name" {
  description = "Name of the queue; its dead letters have the same name and -dead."
  type        = string
  default     = "hostmaster-events"
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,75}$", var.queue_name))
    error_message = "The name has 1 to 75 letters, digits, hyphens and underscores."
  }
}

variable "reader_role_name" {
  description = "Name of the role of this account that HostMaster assumes, which may then read the queue; may be empty."
  type        = string
  default     = ""
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}
