using System.Text.Json;

namespace NativeHost.Messages;

/// <summary>Says what is wrong with a request that the serializer refuses, in words that do not name types of this program.</summary>
internal static class JsonProblem
{
    /// <summary>Parts of the framework's messages, and what the client is to be told; what matches none is told that the type is wrong.</summary>
    private static readonly (string Part, string Wanted)[] Types =
    [
        ("Int32", "an integer"),
        ("Int64", "an integer"),
        ("Double", "a number"),
        ("System.Collections", "a list"),
        ("a string", "a text"),
        ("System.String", "a text"),
    ];

    /// <summary>The field that is meant; null for the whole message.</summary>
    public static string? FieldOf(JsonException failure)

        // Its path is written as "$.name".
        => failure.Path is ['$', '.', .. var field] ? field : null;

    /// <summary>One or two sentences.</summary>
    public static string Of(JsonException failure)
    {
        var problem = failure.Message;
        var place = problem.IndexOf(" Path: ", StringComparison.Ordinal);
        problem = place < 0 ? problem : problem[..place];
        var field = FieldOf(failure);
        if (!problem.Contains("System.", StringComparison.Ordinal) && !problem.Contains(nameof(NativeHost), StringComparison.Ordinal))
        {
            return field is null ? problem : $"{field}: {problem}";
        }

        return MissingIn(problem) is { } missing ? $"{(field is null ? "" : $"{field}: ")}{missing} is required."
            : field is null ? "the message is not of the form that the action takes."
            : Array.Find(Types, type => $"{problem} {failure.InnerException?.Message}".Contains(type.Part, StringComparison.Ordinal)) is { Wanted: { } wanted } ? $"{field} must be {wanted}."
            : $"{field} is not of the type that it must be.";
    }

    /// <summary>The names of required fields that are absent, as the framework's message ends.</summary>
    private static string? MissingIn(string problem)
    {
        const string Before = "including: ";
        var at = problem.IndexOf(Before, StringComparison.Ordinal);
        return at < 0 ? null : problem[(at + Before.Length)..].TrimEnd('.').Replace("'", "", StringComparison.Ordinal);
    }
}
