// The bodies of the HTTP and WebSocket library, compiled once here and nowhere else.
#include <boost/beast/src.hpp>
