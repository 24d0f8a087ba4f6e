// The bodies of the I/O library, compiled once here and nowhere else.
#include <boost/asio/impl/src.hpp>
