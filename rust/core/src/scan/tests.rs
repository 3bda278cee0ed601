use super::*;
use crate::token::{Fault, FaultKind};

fn minify(text: &str) -> Result<String> {
    let mut scanner = Scanner::new(text.as_bytes(), 1000);
    scanner.skip()?;
    scanner.end()?;
    Ok(String::from_utf8(scanner.finish()).unwrap())
}

#[test]
fn u1_white_space_goes_and_every_spelling_stays() {
    let text = " { \"a\" : [ 1.0 , -0 , 1e400, 12345678901234567890 ],\r\n\t\"b\\u0041\\\"\" :null,\"c\":{ } ,\"d\":[ ]} ";
    assert_eq!(
        minify(text).unwrap(),
        "{\"a\":[1.0,-0,1e400,12345678901234567890],\"b\\u0041\\\"\":null,\"c\":{},\"d\":[]}"
    );
}

#[test]
fn u4_what_is_not_json_is_refused_where_it_breaks() {
    for (text, offset) in [
        ("", 0),
        ("nul", 0),
        ("[1,]", 3),
        ("{\"a\":1,}", 7),
        ("{\"a\" 1}", 5),
        ("[1 2]", 3),
        ("01", 1),
        ("-", 1),
        ("1.", 2),
        ("1e", 2),
        ("\"\\x\"", 1),
        ("\"\\u12g4\"", 1),
        ("\"a\nb\"", 2),
        ("\"abc", 4),
        ("\"abcdefghijk", 12),
        ("\"\0\"", 1),
        ("{} {}", 3),
        ("\u{feff}{}", 0),
        ("NaN", 0),
        ("+1", 0),
        (".5", 0),
        ("0x1", 1),
        ("'a'", 0),
    ] {
        assert_eq!(
            minify(text).map_err(|fault| fault.offset),
            Err(offset),
            "{text:?}"
        );
    }
}

#[test]
fn u4_depth_has_a_limit_and_costs_no_stack() {
    let nest = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(minify(&nest(1000)).is_ok());
    assert_eq!(
        minify(&nest(1001)),
        Err(Fault {
            offset: 1000,
            kind: FaultKind::Depth
        })
    );
    let mut scanner = Scanner::new(nest(1_000_000).as_bytes().to_vec().leak(), usize::MAX);
    assert!(scanner.skip().is_ok());
}
