//! A parser of JSON that builds a tree, recursively: slow and plain.
//!
//! Strings are WTF-8 bytes, which serde_json has no place for; numbers are their text.

/// A value, and where in the text it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(Vec<u8>),
    String(Vec<u8>),
    Array(Vec<Node>),
    Object(Vec<(Vec<u8>, Node)>),
}

impl Node {
    /// The member of a key; of repeated ones the last.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Node> {
        self.members()?
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, node)| node)
    }

    pub(crate) fn members(&self) -> Option<&[(Vec<u8>, Node)]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn string(&self) -> Option<&[u8]> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<usize> {
        match &self.value {
            Value::Number(text) => std::str::from_utf8(text).ok()?.parse().ok(),
            _ => None,
        }
    }

    /// The strings of an array of nothing else.
    pub(crate) fn strings(&self) -> Option<Vec<Vec<u8>>> {
        self.items()?
            .iter()
            .map(|item| item.string().map(<[u8]>::to_vec))
            .collect()
    }

    /// Equal but for the order of members. A key that is there twice is equal to nothing.
    pub(crate) fn same(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) | (Value::String(a), Value::String(b)) => a == b,
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Value::Object(a), Value::Object(b)) => {
                let sorted = |members: &[(Vec<u8>, Node)]| {
                    let mut sorted = members.to_vec();
                    sorted.sort_by(|a, b| a.0.cmp(&b.0));
                    sorted
                };
                let (a, b) = (sorted(a), sorted(b));
                a.len() == b.len()
                    && a.windows(2).all(|pair| pair[0].0 != pair[1].0)
                    && a.iter().zip(&b).all(|(a, b)| a.0 == b.0 && a.1.same(&b.1))
            }
            _ => false,
        }
    }
}

/// Parses a text; `None` where it is not JSON.
pub(crate) fn parse(text: &[u8]) -> Option<Node> {
    std::str::from_utf8(text).ok()?;
    let mut parser = Parser { text, at: 0 };
    let node = parser.value()?;
    parser.space();
    (parser.at == text.len()).then_some(node)
}

/// The text without the white space between its tokens.
pub(crate) fn minified(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut inside, mut escaped) = (false, false);
    for &byte in text {
        if inside || !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            out.push(byte);
        }
        if byte == b'"' && !escaped {
            inside = !inside;
        }
        escaped = inside && byte == b'\\' && !escaped;
    }
    out
}

/// How deep arrays and objects are nested, also in what is not quite JSON.
pub(crate) fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for byte in text {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Option<()> {
        self.text[self.at..]
            .starts_with(bytes)
            .then(|| self.at += bytes.len())
    }

    fn value(&mut self) -> Option<Node> {
        self.space();
        let start = self.at;
        let value = match self.peek()? {
            b'{' => self.object()?,
            b'[' => self.array()?,
            b'"' => Value::String(self.string()?),
            b't' => self.take(b"true").map(|()| Value::Bool(true))?,
            b'f' => self.take(b"false").map(|()| Value::Bool(false))?,
            b'n' => self.take(b"null").map(|()| Value::Null)?,
            _ => self.number()?,
        };
        Some(Node {
            value,
            start,
            end: self.at,
        })
    }

    fn object(&mut self) -> Option<Value> {
        self.take(b"{")?;
        let mut members = Vec::new();
        self.space();
        if self.take(b"}").is_some() {
            return Some(Value::Object(members));
        }
        loop {
            self.space();
            let key = self.string()?;
            self.space();
            self.take(b":")?;
            members.push((key, self.value()?));
            self.space();
            if self.take(b"}").is_some() {
                return Some(Value::Object(members));
            }
            self.take(b",")?;
        }
    }

    fn array(&mut self) -> Option<Value> {
        self.take(b"[")?;
        let mut items = Vec::new();
        self.space();
        if self.take(b"]").is_some() {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.take(b"]").is_some() {
                return Some(Value::Array(items));
            }
            self.take(b",")?;
        }
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        let _ = self.take(b"-");
        if self.take(b"0").is_none() {
            self.digits()?;
        }
        if self.take(b".").is_some() {
            self.digits()?;
        }
        if self.take(b"e").or_else(|| self.take(b"E")).is_some() {
            let _ = self.take(b"+").or_else(|| self.take(b"-"));
            self.digits()?;
        }
        Some(Value::Number(self.text[start..self.at].to_vec()))
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        self.take(b"\"")?;
        // UTF-16 units of escapes that may still be joined by the next one.
        let mut high: Option<u32> = None;
        let mut out = Vec::new();
        loop {
            let byte = self.peek()?;
            self.at += 1;
            let escape = if byte == b'\\' {
                self.at += 1;
                Some(*self.text.get(self.at - 1)?)
            } else {
                None
            };
            let unit = if escape == Some(b'u') {
                Some(self.hex4()?)
            } else {
                None
            };
            if let (Some(first), Some(unit @ 0xdc00..0xe000)) = (high, unit) {
                high = None;
                push_wtf8(0x10000 + ((first - 0xd800) << 10) + (unit - 0xdc00), &mut out);
                continue;
            }
            if let Some(alone) = high.take() {
                push_wtf8(alone, &mut out);
            }
            match (byte, escape, unit) {
                (b'"', ..) => return Some(out),
                (_, _, Some(unit @ 0xd800..0xdc00)) => high = Some(unit),
                (_, _, Some(unit)) => push_wtf8(unit, &mut out),
                (_, Some(plain @ (b'"' | b'\\' | b'/')), _) => out.push(plain),
                (_, Some(b'b'), _) => out.push(8),
                (_, Some(b'f'), _) => out.push(12),
                (_, Some(b'n'), _) => out.push(10),
                (_, Some(b'r'), _) => out.push(13),
                (_, Some(b't'), _) => out.push(9),
                (_, Some(_), _) | (0..0x20, ..) => return None,
                (plain, ..) => out.push(plain),
            }
        }
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |value, &digit| {
            Some(value * 16 + (digit as char).to_digit(16)?)
        })
    }
}

/// Appends a code point as UTF-8 would spell it, a surrogate too.
pub(crate) fn push_wtf8(code: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | ((code >> shift) & 63) as u8;
    match code {
        0..0x80 => out.push(code as u8),
        0x80..0x800 => out.extend([0xc0 | (code >> 6) as u8, tail(0)]),
        0x800..0x10000 => out.extend([0xe0 | (code >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (code >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}
