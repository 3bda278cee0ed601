use super::*;
use crate::error::Limit;
use crate::token::Fault;

fn behind_gap(text: &str) -> Vec<u8> {
    [&[b'"'; GAP], text.as_bytes()].concat()
}

fn minify(text: &str) -> std::result::Result<String, (usize, Fault)> {
    let mut scanner = Scanner::new(behind_gap(text), 1000);
    match scanner.skip().and_then(|_| scanner.end()) {
        Ok(()) => Ok(String::from_utf8(scanner.finish()).unwrap()),
        Err(Stopped) => Err((scanner.offset(), scanner.fault())),
    }
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
            minify(text).map_err(|(offset, _)| offset),
            Err(offset),
            "{text:?}"
        );
    }
}

#[test]
fn u4_depth_has_a_limit_and_costs_no_stack() {
    let nest = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(minify(&nest(1000)).is_ok());
    assert_eq!(minify(&nest(1001)), Err((1000, Fault::Limit(Limit::Depth, 1000))));
    let mut scanner = Scanner::new(behind_gap(&nest(1_000_000)), usize::MAX);
    assert!(scanner.skip().is_ok());
}

#[test]
fn u1_what_is_written_never_reaches_what_is_yet_to_be_read() {
    // Strings of every length, with as much and as little white space before them as there may be.
    for space in ["", " ", "\n        ", &" ".repeat(100)] {
        for length in 0..70 {
            let strings: Vec<String> = (0..40)
                .map(|at| {
                    format!(
                        "\"{}\"",
                        "abcdefghijklmnopqrstuvwxyz".repeat(3)[at..]
                            .get(..length % (at + 1))
                            .unwrap()
                    )
                })
                .collect();
            let text = format!("[{space}{}]", strings.join(&format!(",{space}")));
            assert_eq!(minify(&text).unwrap(), format!("[{}]", strings.join(",")));
        }
    }
}
