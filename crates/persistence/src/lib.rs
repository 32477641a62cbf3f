//! The store on SQLite and MySQL.
