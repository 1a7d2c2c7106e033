namespace NativeHost.Inference.Constraints;

/// <summary>A constraint cannot be used: it is malformed, asks for what is not supported, holds for no text, or is too large. The message says what to do.</summary>
/// <param name="place">Where in the constraint: a JSON pointer (<c>#/properties/a</c>), a position in a pattern, a rule's name; null where it is about the whole.</param>
public sealed class ConstraintException(string message, string? place = null) : Exception(place is null ? message : $"{place}: {message}")
{
    public string? Place { get; } = place;
}
