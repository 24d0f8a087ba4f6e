// The TLS bodies of the I/O library, compiled once here and nowhere else.
#include <boost/asio/ssl/impl/src.hpp>
