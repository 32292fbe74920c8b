//! A study of three cases.
