#include "cli/cli.hpp"

int main(int argc, char** argv) { return pilotlight::cli::run(argc, argv); }
