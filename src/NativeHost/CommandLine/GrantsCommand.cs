using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Grants;
using NativeHost.Registration;

namespace NativeHost.CommandLine;

/// <summary>The verb <c>grants</c>: what the user allows extensions to do that concerns others.</summary>
internal static class GrantsCommand
{
    private const string None = "No grants. An extension that needs one shows you the command that gives it.";

    public static Command Create(GrantStore store, TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json")
        {
            Description = "Print JSON: of a list the file and its grants; of a change the origin, its grants from now on, and isChanged.",
            Recursive = true,
        };
        var command = new Command(
            "grants",
            $"""
            Show, give and revoke what an extension needs your permission for. A change counts at once. The kinds are:
            {string.Join(Environment.NewLine, GrantKinds.All.Select(kind => $"  {GrantKinds.NameOf(kind)}: {GrantKinds.PurposeOf(kind)}"))}
            """)
        {
            json,
            List(store, output, errors, json),
            Give(store, output, errors, json),
            Revoke(store, output, errors, json),
        };
        command.SetAction((parsed, _) => ListAsync(store, output, errors, parsed.GetValue(json)));
        return command;
    }

    private static Command List(GrantStore store, TextWriter output, TextWriter errors, Option<bool> json)
    {
        var command = new Command("list", "Show which extension has which grants.");
        command.SetAction((parsed, _) => ListAsync(store, output, errors, parsed.GetValue(json)));
        return command;
    }

    private static Command Give(GrantStore store, TextWriter output, TextWriter errors, Option<bool> json)
    {
        var origin = OriginArgument();
        var name = new Argument<string>("kind") { Description = $"What it may do: {string.Join(", ", GrantKinds.All.Select(GrantKinds.NameOf))}." };
        var command = new Command("give", "Let an extension do what needs your permission. Give what the extension showed you.") { origin, name };
        command.SetAction((parsed, cancellationToken) =>
        {
            var given = parsed.GetRequiredValue(origin);
            if (ExtensionIds.CallerOf(given) is not { } caller)
            {
                return RefuseAsync(
                    errors,
                    $"Not an extension: {given}. A Chromium extension is chrome-extension://ID/ or its ID of 32 letters from a to p; a Firefox "
                    + "add-on's id looks like name@example.org or {01234567-89ab-cdef-0123-456789abcdef}.");
            }

            return GrantKinds.Find(parsed.GetRequiredValue(name)) is { } kind
                ? TellAsync(output, errors, parsed.GetValue(json), () => store.GiveAsync(caller, kind, cancellationToken))
                : RefuseAsync(errors, UnknownKind(parsed.GetRequiredValue(name)));
        });
        return command;
    }

    private static Command Revoke(GrantStore store, TextWriter output, TextWriter errors, Option<bool> json)
    {
        var origin = OriginArgument();
        var name = new Argument<string?>("kind")
        {
            Description = "What it may do no longer. Without it, all that it was given.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("revoke", "Take a grant back, or all of an extension's.") { origin, name };
        command.SetAction((parsed, cancellationToken) =>
        {
            // Whatever the file names can be taken out of it, also what is no extension.
            var given = parsed.GetRequiredValue(origin);
            var caller = ExtensionIds.CallerOf(given) ?? given;
            if (parsed.GetValue(name) is not { } wanted)
            {
                return TellAsync(output, errors, parsed.GetValue(json), () => store.RevokeAsync(caller, null, cancellationToken));
            }

            return GrantKinds.Find(wanted) is { } kind
                ? TellAsync(output, errors, parsed.GetValue(json), () => store.RevokeAsync(caller, kind, cancellationToken))
                : RefuseAsync(errors, UnknownKind(wanted));
        });
        return command;
    }

    private static Argument<string> OriginArgument() => new("origin")
    {
        Description = "The extension: its origin, chrome-extension://ID/, or its id alone; for Firefox the add-on's id.",
    };

    private static Task<int> ListAsync(GrantStore store, TextWriter output, TextWriter errors, bool isJson)
        => TryAsync(errors, async () =>
        {
            var grants = store.Read().Grants;
            if (isJson)
            {
                var list = new GrantList(store.FilePath, [.. grants.Select(entry => new OriginGrants(entry.Key, [.. entry.Value]))]);
                await output.WriteLineAsync(JsonSerializer.Serialize(list, GrantsCommandJson.Default.GrantList));
                return;
            }

            if (grants.Count == 0)
            {
                await output.WriteLineAsync(None);
                return;
            }

            const string Heading = "ORIGIN";
            var width = grants.Keys.Append(Heading).Max(origin => origin.Length);
            await output.WriteLineAsync($"{Heading.PadRight(width)}  GRANTS");
            foreach (var (origin, names) in grants)
            {
                await output.WriteLineAsync($"{origin.PadRight(width)}  {string.Join(", ", names)}");
            }
        });

    private static Task<int> TellAsync(TextWriter output, TextWriter errors, bool isJson, Func<Task<GrantChange>> change)
        => TryAsync(errors, async () =>
        {
            var changed = await change();
            await output.WriteLineAsync(isJson ? JsonSerializer.Serialize(changed, GrantsCommandJson.Default.GrantChange) : Describe(changed));
        });

    private static async Task<int> TryAsync(TextWriter errors, Func<Task> work)
    {
        try
        {
            await work();
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is GrantsUnreadableException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> RefuseAsync(TextWriter errors, string reason)
    {
        await errors.WriteLineAsync(reason);
        return ExitCodes.Usage;
    }

    private static string UnknownKind(string name)
        => $"No such grant: {name}. There are: {string.Join(", ", GrantKinds.All.Select(GrantKinds.NameOf))}.";

    private static string Describe(GrantChange change)
    {
        var has = change.Grants.Count == 0 ? "no grants" : $"the grants {string.Join(", ", change.Grants)}";
        return change.IsChanged ? $"{change.Origin} now has {has}." : $"Nothing to change: {change.Origin} has {has}.";
    }
}

/// <summary>What <c>grants list --json</c> prints.</summary>
internal sealed record GrantList(string File, IReadOnlyList<OriginGrants> Grants);

/// <summary>One caller's part of <see cref="GrantList"/>.</summary>
internal sealed record OriginGrants(string Origin, IReadOnlyList<string> Grants);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(GrantList))]
[JsonSerializable(typeof(GrantChange))]
internal sealed partial class GrantsCommandJson : JsonSerializerContext;
