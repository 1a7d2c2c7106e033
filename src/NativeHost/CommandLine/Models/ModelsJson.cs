using System.Text.Json.Serialization;

namespace NativeHost.CommandLine.Models;

/// <summary>What <c>pull --json</c> prints.</summary>
/// <param name="State"><c>planned</c> or <c>completed</c>.</param>
/// <param name="MissingBytes">Bytes that were not here before.</param>
/// <param name="Path">Of the file to load; null where nothing was downloaded.</param>
internal sealed record PullOutcome(
    string State, string Repo, string Commit, string Quant, long TotalBytes, long MissingBytes, IReadOnlyList<string> Files, string? Path);

/// <summary>One model of <c>list --json</c>.</summary>
/// <param name="Quant">Null where the files are no model's.</param>
/// <param name="Path">Of the file to load.</param>
/// <param name="State"><c>verified</c>, <c>unverified</c>, <c>partial</c> or <c>broken</c>.</param>
internal sealed record ListedModel(string Repo, string? Quant, string Commit, long Bytes, string State, string Path);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PullOutcome))]
[JsonSerializable(typeof(IReadOnlyList<ListedModel>))]
internal sealed partial class ModelsJson : JsonSerializerContext;
