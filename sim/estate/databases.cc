#include "sim/estate/builder.h"
namespace hm::sim {
void build_databases(Builder&) {}
void build_load_balancers(Builder&) {}
void build_functions(Builder&) {}
void build_keys(Builder&) {}
void build_iam(Builder&) {}
void build_buckets(Builder&) {}
}  // namespace hm::sim
