#include "aws/cbor.h"
#include "fuzz.h"

using namespace hm;

// What was read can be printed, and is not larger than a malicious length says.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto value = aws::read_cbor(fuzz::text(data, size));
  if (value.has_value()) {
    HM_CHECK(parse_json(to_json(*value)).has_value());
  } else {
    HM_CHECK(value.error().kind == ErrorKind::corrupt);
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  using namespace std::string_literals;
  return {
      "\xa2"
      "aa\x01"
      "ab\x83\x20\xf9\x3c\x00\xfa\x47\xc3\x50\x00"s,
      "\xbf"
      "aa\x9f\x18\x64\x19\x03\xe8\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00\xff"
      "ab\x7f"
      "axay\xff\xff"s,
      "\xa1"
      "at\xc1\xfb\x41\xd4\x52\xd9\xe2\x00\x00\x00"s,
      "\xa1"
      "ab\x43\x01\x02\x03"s,
      "\x3b\xff\xff\xff\xff\xff\xff\xff\xff"s,
      "\xf9\x7c\x00"s,
      "\x9f\x9f\x9f\xff\xff\xff"s,
  };
}
