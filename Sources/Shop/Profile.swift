/// A customer's gender, as the logs write it.
public enum Gender: String, Hashable, Sendable, Codable, CaseIterable {
    case female = "F"
    case male = "M"
}

/// What is known of a person: nothing, a gender, an age, or both.
public struct Profile: Hashable, Sendable, Codable {
    public var gender: Gender?
    /// The decade of the age: 10, 20, … 90.
    public var age: Int?

    public init(gender: Gender? = nil, age: Int? = nil) {
        self.gender = gender
        self.age = age
    }

    /// Nothing is known.
    public static let unknown = Profile()

    public var isEmpty: Bool { gender == nil && age == nil }

    /// The decade that an age in years stands for, clamped to 10…90: 25 is 20.
    public static func decade(ofYears years: Int) -> Int { min(90, max(10, years / 10 * 10)) }
}
