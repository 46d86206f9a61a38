// The one place where Asio's own code is compiled: everybody else only declares it (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
