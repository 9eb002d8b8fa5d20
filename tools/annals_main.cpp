// The program `annals`: the operations command line without a domain. It opens any store.

#include <annals/tools/command_line.hpp>

int main(int argc, char** argv) { return annals::run(annals::registry{}, argc, argv); }
