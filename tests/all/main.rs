//! Tests from outside: the library and the program as others use them. One binary, so that the library is linked once and the tests of
//! all files share the cores.

mod agreement;
mod allocation;
mod allocation_clauses;
mod capital;
mod capital_cases;
mod capital_tables;
mod checks;
mod cli;
mod contract_cases;
mod decisions;
mod errors;
mod extremes;
mod fair_value;
mod fuzz;
mod generated;
mod interrupted;
mod layers;
mod ocf;
mod paths_out;
mod program;
mod redraw;
mod reproduce;
mod sales;
mod schema_check;
mod shards;
mod solve;
mod what_if;
