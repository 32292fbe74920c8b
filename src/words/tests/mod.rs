#[test]
fn show() {
    for p in super::deal(&crate::simulate::fixture::scenario()) {
        println!("{}", p.heading);
        for l in p.lines {
            println!("  {l}");
        }
    }
}
