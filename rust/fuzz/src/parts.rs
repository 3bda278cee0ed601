//! A manifest in parts, read as `docs/cache-layout.md`, section 6, tells a reader to.

use std::collections::{BTreeSet, HashMap};

use unitflow_core::LayoutV2;

use crate::decomposing::values;
use crate::expected::{Expected, element, number};
use crate::hashing::{fnv1a, sha256, short};
use crate::reference::Way;
use crate::spelling::{list, object, string};
use crate::tree::{self, Node};

/// What one part should hold, in bytes.
const PART: usize = 8192;
/// Where so few processes refer to one another, a locator lists all that a start unit needs.
const FEW: usize = 16;

struct Parts<'a> {
    expected: &'a Expected,
    root: Node,
    /// Stored values by short hash.
    values: HashMap<Vec<u8>, Vec<u8>>,
}

/// Looks everything up.
pub(crate) fn check_parts(stored: &LayoutV2, expected: &Expected) {
    let by_hash = |value: Vec<u8>| (short(&sha256(&value)).into_bytes(), value);
    let parts = Parts {
        expected,
        root: tree::parse(&stored.manifest).expect("the manifest is JSON"),
        values: values(stored).into_iter().map(by_hash).collect(),
    };
    parts.check_head();
    let references = parts.check_graph();
    parts.check_locators(&references);
    parts.check_elements();
    parts.check_details();
}

impl Parts<'_> {
    fn field(&self, key: &str) -> &Node {
        self.root
            .get(key.as_bytes())
            .expect("a field of a manifest in parts")
    }

    fn value(&self, hash: &Node) -> &[u8] {
        &self.values[hash.string().expect("a short hash")]
    }

    fn check_head(&self) {
        let head = tree::parse(&object(self.expected.head())).expect("what is expected is JSON");
        for (key, wanted) in head.members().expect("an object") {
            assert!(
                self.root.get(key).is_some_and(|found| found.same(wanted)),
                "head of the root"
            );
        }
        assert!(self.root.get(b"objects").is_none());
        assert_eq!(
            self.field("objectCount").number(),
            Some(self.expected.families.len())
        );
        assert_eq!(
            self.field("processCount").number(),
            Some(self.expected.order.len())
        );
    }

    /// Decodes the graph; per place the references, as far as the graph goes.
    fn check_graph(&self) -> Vec<Vec<usize>> {
        let bytes = self.value(self.field("graph"));
        let mut at = 0;
        let mut places = Vec::new();
        let mut families = self.expected.families.iter().zip(&self.expected.objects);
        while at < bytes.len() {
            let (family, value) = families.next().expect("no more objects than there are");
            assert!(family.is_linked);
            assert_eq!(bytes[at..at + 20], sha256(value)[..20]);
            at += 20;
            assert_eq!(varint(bytes, &mut at), family.members.len());
            for &process in &family.members {
                let count = varint(bytes, &mut at);
                let codes: Vec<usize> = (0..count).map(|_| varint(bytes, &mut at)).collect();
                let code = |(way, place): (Way, Option<usize>)| match place {
                    None => 0,
                    Some(place) if way.is_call() => place * 4 + 1,
                    Some(place) if way.is_embedding() => place * 4 + 2,
                    Some(place) => place * 4 + 3,
                };
                let wanted: Vec<usize> = self.expected.references(process).into_iter().map(code).collect();
                assert_eq!(codes, wanted, "references in the graph");
                places.push(codes);
            }
        }
        assert!(
            families.all(|(family, _)| !family.is_linked),
            "the graph ends too early"
        );
        places
    }

    /// The parts of a list, and the total bytes of what they hold.
    fn list(&self, name: &str, most: usize) -> Vec<Node> {
        let hashes = self.field(name).items().expect("a list of parts");
        let texts: Vec<&[u8]> = hashes.iter().map(|hash| self.value(hash)).collect();
        let parts: Vec<Node> = texts
            .iter()
            .map(|text| tree::parse(text).expect("a part is JSON"))
            .collect();
        let entries = |part: &Node| {
            part.members()
                .map_or_else(|| part.items().map_or(0, <[Node]>::len), <[_]>::len)
        };
        let commas: usize = parts.iter().map(|part| entries(part).saturating_sub(1)).sum();
        let bytes = texts.iter().map(|text| text.len() - 2).sum::<usize>() - commas;
        let wanted = (bytes / PART).max(1).next_power_of_two().min(most);
        assert_eq!(parts.len(), wanted, "number of {name}");
        parts
    }

    fn check_locators(&self, graph: &[Vec<usize>]) {
        let parts = self.list("locators", 256);
        let count: usize = parts
            .iter()
            .map(|part| part.members().expect("an object").len())
            .sum();
        assert_eq!(count, self.expected.order.len());
        for (process, is) in self.expected.workflow.processes.iter().enumerate() {
            let part = &parts[fnv1a(&is.id) & (parts.len() - 1)];
            let locator = part.get(&is.id).and_then(Node::items).expect("a locator");
            self.check_locator(process, locator, graph);
        }
    }

    fn check_locator(&self, process: usize, locator: &[Node], graph: &[Vec<usize>]) {
        let place = self.expected.places[process];
        assert_eq!(locator[0].number(), Some(place));
        let needs_graph = locator[locator.len() - 1].string() == Some(b"graph");
        let listed = &locator[1..locator.len() - usize::from(needs_graph)];
        let families = self.brought(place, graph);
        let located = |family: usize| tree::parse(&self.located(family)).expect("what is expected is JSON");
        if let Some(own) = listed.first() {
            let is_own = own.same(&located(self.family_of(place)));
            assert!(is_own, "the object of the process itself comes first");
        }
        if needs_graph {
            assert!(listed.len() <= 1);
            assert!(
                place < graph.len(),
                "sent to a graph that does not tell of the process"
            );
            assert!(graph.len() > FEW, "the graph is not needed");
            return;
        }
        assert_eq!(listed.len(), families.len(), "objects of a start unit");
        for family in families {
            let wanted = located(family);
            assert!(
                listed.iter().any(|found| found.same(&wanted)),
                "an object of a start unit"
            );
        }
    }

    /// The objects that a start unit is made of.
    fn brought(&self, place: usize, graph: &[Vec<usize>]) -> BTreeSet<usize> {
        let mut seen = BTreeSet::from([place]);
        let mut open = vec![place];
        while let Some(at) = open.pop() {
            for &code in graph.get(at).into_iter().flatten().filter(|&&code| code > 0) {
                let (target, kind) = ((code - 1) / 4, (code - 1) % 4);
                if kind != 0 && seen.insert(target) {
                    open.push(target);
                }
            }
        }
        seen.into_iter().map(|place| self.family_of(place)).collect()
    }

    fn family_of(&self, place: usize) -> usize {
        let process = self.expected.order[place];
        let holds = |family: &crate::reference::Family| family.members.contains(&process);
        self.expected
            .families
            .iter()
            .position(holds)
            .expect("every process has an object")
    }

    /// `[short hash]` or `[short hash, positions]`.
    fn located(&self, family: usize) -> Vec<u8> {
        let members = &self.expected.families[family].members;
        let references = members
            .iter()
            .flat_map(|&member| self.expected.references(member));
        let nowhere = references.enumerate().filter(|(_, (_, place))| place.is_none());
        let positions: Vec<Vec<u8>> = nowhere.map(|(position, _)| number(position)).collect();
        let hash = string(short(&sha256(&self.expected.objects[family])).as_bytes());
        let positions = (!positions.is_empty()).then(|| list(*b"[]", positions));
        list(*b"[]", [Some(hash), positions].into_iter().flatten())
    }

    fn check_elements(&self) {
        let parts = self.list("elements", 128);
        let wanted = self.expected.elements();
        let count: usize = parts
            .iter()
            .map(|part| part.members().expect("an object").len())
            .sum();
        assert_eq!(count, wanted.len());
        for (id, places) in &wanted {
            let wanted = tree::parse(&object([element(id, places)])).expect("what is expected is JSON");
            let found = parts[fnv1a(id) & (parts.len() - 1)].get(id);
            let wanted = wanted.get(id).expect("its only member");
            assert!(
                found.is_some_and(|found| found.same(wanted)),
                "places of an element"
            );
        }
    }

    fn check_details(&self) {
        let parts = self.list("details", 128);
        let count: usize = parts
            .iter()
            .map(|part| part.items().expect("an array").len())
            .sum();
        assert_eq!(count, self.expected.families.len());
        for (at, family) in self.expected.families.iter().enumerate() {
            let owner = &self.expected.workflow.processes[family.members[0]].id;
            let wanted = tree::parse(&self.expected.object(at)).expect("what is expected is JSON");
            let part = parts[fnv1a(owner) & (parts.len() - 1)].items().expect("an array");
            assert!(
                part.iter().any(|found| found.same(&wanted)),
                "details of an object"
            );
        }
    }
}

fn varint(bytes: &[u8], at: &mut usize) -> usize {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let byte = bytes[*at];
        *at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}
