//! The payee's desk in the browser: from nothing sold to the first payment, money given back, lists and their files, and a look
//! at the site from outside.

mod outside;
mod selling;
