#include <annals/messages/version.hpp>

#include <iostream>

int main() { std::cout << "hello from annals " << annals::version() << "\n"; }
