//! Draws workflows from the fuzzer's bytes: hostile ids, repeated keys, recursion, embeddings, triggers, typenames of
//! applications, the three dialects mixed, and now and then something that is wrong.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::filler::fill;

/// Ids that somebody has stumbled over, as code points. A surrogate stands for itself.
const IDS: [&[u32]; 24] = [
    &[0x41],
    &[0x42],
    &[0x43],
    &[0x50],
    &[0x51],
    &[0x52],
    &[],
    &[0x61],
    &[0x61, 0x62],
    &[0xd800],
    &[0xdfff],
    &[0xdc00, 0xd800],
    &[0x1f600],
    &[0xffff],
    &[0xe000],
    &[0xe9],
    &[0xd7ff],
    &[0x0],
    &[0x22, 0x5c],
    &[0x2e, 0x2e, 0x2f, 0x78],
    &[0x0a, 0x09],
    &[0x5f, 0x5f, 0x70, 0x72, 0x6f, 0x74, 0x6f, 0x5f, 0x5f],
    &[0x7f, 0x1f],
    &[0x73, 0x70, 0x65, 0x63],
];
const TYPENAMES: [&str; 12] = [
    "CallActivity",
    "SubWorkflowTask",
    "UserTask",
    "CallActivity",
    "SubWorkflowTask",
    "MyOwnTask",
    "BpmnStartTask",
    "Simple",
    "TransactionSubprocess",
    "EventSubprocess",
    "callActivity",
    "",
];
/// Values of fields that nobody reads, and of those that somebody does, wrongly.
const VALUES: [&str; 12] = [
    "null",
    "{}",
    "[]",
    "1.0",
    "-0",
    "1e400",
    "12345678901234567890",
    r#""\ud83d\ude00 \ud800 \/""#,
    r#"{"a":1,"a":[{"":null}],"b":"\u0022"}"#,
    "true",
    r#"["A","B",1]"#,
    r#"{"spec":{},"task_specs":[]}"#,
];
const WHITE: [&str; 4] = ["", " ", "\n         ", "\t\r\n"];

/// The text of a workflow; `many` allows so many processes that a manifest goes into parts.
pub(crate) fn draw(data: &[u8], many: bool) -> Vec<u8> {
    let mut plan = Plan {
        bytes: Unstructured::new(data),
        text: Vec::new(),
        white: "",
    };
    // Running out of bytes is no failure: everything drawn from then on is a zero.
    let _ = plan.workflow(many);
    plan.text
}

struct Plan<'a> {
    bytes: Unstructured<'a>,
    text: Vec<u8>,
    white: &'static str,
}

impl Plan<'_> {
    fn one<T: Copy>(&mut self, of: &[T]) -> Result<T> {
        Ok(*self.bytes.choose(of)?)
    }

    /// True about once in so many times.
    fn rarely(&mut self, times: u8) -> Result<bool> {
        Ok(u8::arbitrary(&mut self.bytes)? % times == times - 1)
    }

    fn token(&mut self, token: &str) {
        self.text.extend(token.bytes());
        self.text.extend(self.white.bytes());
    }

    fn id(&mut self) -> Result<&'static [u32]> {
        // Most ids are the first few, so that they meet.
        if self.rarely(3)? {
            self.one(&IDS)
        } else {
            self.one(&IDS[..6])
        }
    }

    fn string(&mut self, id: &[u32]) -> Result<()> {
        let escapes = self.rarely(8)?;
        self.text.push(b'"');
        for &code in id {
            match char::from_u32(code) {
                Some(plain) if !escapes && code >= 0x20 && !matches!(plain, '"' | '\\') => {
                    self.text.extend(plain.encode_utf8(&mut [0; 4]).bytes());
                }
                Some(char) => {
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        self.text.extend(format!("\\u{unit:04X}").bytes());
                    }
                }
                None => self.text.extend(format!("\\u{code:04x}").bytes()),
            }
        }
        self.token("\"");
        Ok(())
    }

    fn name(&mut self, key: &str) {
        self.token(&format!("\"{key}\""));
        self.token(":");
    }

    /// A member that is rarely absent, of another value, or there twice.
    fn member(&mut self, key: &str, write: impl Fn(&mut Self) -> Result<()>) -> Result<()> {
        let odd = u8::arbitrary(&mut self.bytes)?;
        if odd == 255 {
            return Ok(());
        }
        if odd >= 251 {
            self.name(key);
            let value = self.one(&VALUES)?;
            self.token(value);
            self.token(",");
            if odd == 251 {
                return Ok(());
            }
        }
        self.name(key);
        write(self)?;
        self.token(",");
        Ok(())
    }

    fn workflow(&mut self, many: bool) -> Result<()> {
        self.white = self.one(&WHITE)?;
        self.token("{");
        let others_first = bool::arbitrary(&mut self.bytes)?;
        if others_first {
            self.member("subprocess_specs", |plan| plan.others(many))?;
        }
        self.member("spec", Self::process)?;
        if !others_first {
            self.member("subprocess_specs", |plan| plan.others(many))?;
        }
        self.more_members(3)?;
        if self.rarely(16)? {
            let long = "x".repeat(usize::from(u16::arbitrary(&mut self.bytes)? % 9000));
            self.token(&format!("\"long\":\"{long}\","));
        }
        self.name("serializer_version");
        self.token("\"1\"");
        self.text.push(b'}');
        Ok(())
    }

    /// A few members that decomposition does not know.
    fn more_members(&mut self, most: u8) -> Result<()> {
        for _ in 0..u8::arbitrary(&mut self.bytes)? % (most + 1) {
            let id = self.id()?;
            // A key that means something would make most workflows wrong.
            let mut key = vec![0x78];
            key.extend(id);
            self.string(&key)?;
            self.token(":");
            let value = self.one(&VALUES)?;
            self.token(value);
            self.token(",");
        }
        Ok(())
    }

    fn others(&mut self, many: bool) -> Result<()> {
        self.token("{");
        let mut first = true;
        for _ in 0..u8::arbitrary(&mut self.bytes)? % 10 {
            if !first {
                self.token(",");
            }
            first = false;
            let id = self.id()?;
            self.string(id)?;
            self.token(":");
            self.process()?;
        }
        if many && self.rarely(4)? {
            let [count, jump, kind, length] = <[u8; 4]>::arbitrary(&mut self.bytes)?;
            fill(&mut self.text, first, [count, jump, kind, length]);
        }
        self.token("}");
        Ok(())
    }

    fn process(&mut self) -> Result<()> {
        self.token("{");
        self.more_members(1)?;
        self.member("typename", |plan| {
            plan.token("\"BpmnProcessSpec\"");
            Ok(())
        })?;
        self.member("task_specs", Self::tasks)?;
        for (key, usual) in [
            ("data_objects", "{}"),
            ("correlation_keys", "{}"),
            ("io_specification", "null"),
        ] {
            self.member(key, |plan| {
                let value = if plan.rarely(16)? { r#"{"a":{}}"# } else { usual };
                plan.token(value);
                Ok(())
            })?;
        }
        self.name("name");
        let id = self.id()?;
        self.string(id)?;
        self.token("}");
        Ok(())
    }

    fn tasks(&mut self) -> Result<()> {
        self.token("{");
        for at in 0..u8::arbitrary(&mut self.bytes)? % 7 {
            if at > 0 {
                self.token(",");
            }
            let key = self.id()?;
            self.string(key)?;
            self.token(":");
            self.task(key)?;
        }
        self.token("}");
        Ok(())
    }

    fn task(&mut self, key: &[u32]) -> Result<()> {
        self.token("{");
        self.more_members(1)?;
        for list in ["inputs", "outputs"] {
            self.member(list, Self::ids)?;
        }
        self.member("typename", |plan| {
            let typename = plan.one(&TYPENAMES)?;
            plan.token(&format!("\"{typename}\""));
            Ok(())
        })?;
        if !self.rarely(5)? {
            self.member("spec", |plan| {
                let same = plan.rarely(3)?;
                let id = if same { key } else { plan.id()? };
                plan.string(id)
            })?;
        }
        match u8::arbitrary(&mut self.bytes)? % 4 {
            0 => {}
            1 => self.token("\"bpmn_id\":null,"),
            _ => self.member("bpmn_id", |plan| plan.id().and_then(|id| plan.string(id)))?,
        }
        if bool::arbitrary(&mut self.bytes)? {
            self.token("\"position\":{\"x\":1,\"y\":2},");
        }
        if self.rarely(4)? {
            let value = self.one(&VALUES)?;
            self.token(&format!("\"event_definition\":{value},"));
        }
        if self.rarely(3)? {
            self.member("trigger_specs", Self::ids)?;
        }
        self.name("name");
        let name = if self.rarely(4)? { self.id()? } else { key };
        self.string(name)?;
        self.token("}");
        Ok(())
    }

    fn ids(&mut self) -> Result<()> {
        self.token("[");
        for at in 0..u8::arbitrary(&mut self.bytes)? % 3 {
            if at > 0 {
                self.token(",");
            }
            let id = self.id()?;
            self.string(id)?;
        }
        self.token("]");
        Ok(())
    }
}
