//! A sync in a process of its own: killed at random moments, stopped, kept from writing, or not alone.

mod killed;
mod positions;
mod program;
mod stopped;
