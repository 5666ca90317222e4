extension UnboundPlan {
    /// What the item at `place` has to do, with what is known of its kernel.
    package func planItem(at place: Int) -> PlanItem {
        guard var item = planItems[place] else {
            preconditionFailure("item \(place) was added without a note of what it has to do")
        }
        if case .kernel(let choice, _, _, _, _) = items[place] { item.note(choice) }
        return item
    }
}
