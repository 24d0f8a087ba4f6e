// The simulator's own door, under /_sim/: JSON, for loopback only.
//
//   GET  /_sim/state         company, accounts, regions, number of resources of each type in each place
//   GET  /_sim/resources     ids; ?account=...&region=...&type=ec2/volume narrow it
//   GET  /_sim/planted       waste, faults and holes, each with id and kind
//   GET  /_sim/credentials   keys, roles and external ids to use
//   GET  /_sim/operations    what is modelled: [{service, operation}]
//   GET  /_sim/faults        POST {"fault": "fail:30%"} adds one, DELETE removes all
//   GET  /_sim/clock         POST {"advance_s": 60} moves the simulated time forward
//   POST /_sim/drift         {"resources": 100} changes so many: the value of their tag `drift`
//   GET  /_sim/meter         calls and what AWS would bill for them; DELETE starts again
#pragma once

#include "base/http_server.h"

namespace hm::sim {

class Simulator;

ServerResponse handle_admin(Simulator& simulator, const ServerRequest& request);

}  // namespace hm::sim
