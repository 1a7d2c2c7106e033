using NativeHost.Messages;

namespace NativeHost.Grants;

/// <summary>What a caller may do only where the user allowed it. Names are wire format (snake_case): add, never rename.</summary>
/// <remarks>Each summary says which requests need it: clients read it in the protocol's document.</remarks>
internal enum GrantKind
{
    /// <summary><c>unload_model</c> and <c>unload_all_models</c> with <c>force</c>, where another caller holds the model or has generations on it.</summary>
    UnloadOthers,

    /// <summary><c>delete_model</c>, and <c>gc_models</c> without <c>dryRun</c>.</summary>
    DeleteModels,

    /// <summary><c>set_hf_token</c>, <c>clear_hf_token</c>, and <c>get_hf_token_status</c> with <c>check</c>.</summary>
    HubToken,

    /// <summary>
    /// <c>pull_model</c> and <c>load_model</c>, where the extension has begun more than 10 GB of downloads since the host started
    /// (<c>largeDownloadGigabytes</c> in settings.json).
    /// </summary>
    LargeDownloads,

    /// <summary><c>start_lmstudio</c> and <c>stop_lmstudio</c>.</summary>
    LmStudio,

    /// <summary>Every request about conversations whose <c>origin</c> is another caller's, or <c>*</c> for everybody's.</summary>
    AllConversations,
}

/// <summary>The kinds of grants, as people and files name them.</summary>
internal static class GrantKinds
{
    public static IReadOnlyList<GrantKind> All { get; } = Enum.GetValues<GrantKind>();

    /// <summary>Its name on the wire, in the file and on the command line.</summary>
    public static string NameOf(GrantKind kind) => WireWord.Of(kind);

    /// <summary>What it allows, as it stands behind "to".</summary>
    public static string PurposeOf(GrantKind kind) => kind switch
    {
        GrantKind.UnloadOthers => "unload a model that others hold or use",
        GrantKind.DeleteModels => "delete models from the disk",
        GrantKind.HubToken => "set, check or remove your token at the Hugging Face hub",
        GrantKind.LargeDownloads => "download more than it may unasked (largeDownloadGigabytes in settings.json)",
        GrantKind.LmStudio => "start and stop LM Studio's server",
        GrantKind.AllConversations => "see and change the conversations of other extensions and of yourself at the terminal",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of grant."),
    };

    /// <summary>The kind of this name; null where there is none.</summary>
    public static GrantKind? Find(string name)
    {
        foreach (var kind in All)
        {
            if (NameOf(kind) == name)
            {
                return kind;
            }
        }

        return null;
    }
}
