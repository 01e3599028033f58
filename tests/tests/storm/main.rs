//! A sync in a process of its own: killed at random moments, stopped, kept from writing, or not alone.

mod killed;
mod program;
mod stopped;
