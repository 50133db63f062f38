//! Tests of the reader, and of the template it reads.

mod cloud_only;
mod deployed;
mod reading;
mod refusing;
mod resources;
mod roles;
mod samples;
mod variables;
