#include "cli/commands.h"

int main(int argc, char** argv) { return hm::cli::run(hm::cli::Args(argv + 1, argv + argc)); }
