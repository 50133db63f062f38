//! The whole function: what it asks, what it makes of the answers, and what CodeDeploy is told.

mod deployed;
mod real;
mod telling;
mod verdicts;
mod world;
