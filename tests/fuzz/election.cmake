foreach(target IN ITEMS link_frame epoch_record member)
  pilotlight_fuzzer(${target} LINK pilotlight_election)
endforeach()
