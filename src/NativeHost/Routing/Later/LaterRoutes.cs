using System.Collections.Frozen;

namespace NativeHost.Routing.Later;

/// <summary>Every route of the later envelope that an action answers.</summary>
internal static class LaterRoutes
{
    private static readonly FrozenDictionary<string, LaterRoute> ByName
        = ((IEnumerable<LaterRoute>)[.. LaterGenerationRoutes.All, .. LaterModelRoutes.All, .. LaterSessionRoutes.All, .. LaterChatRoutes.All, .. LaterTextRoutes.All, .. LaterMachineRoutes.All])
            .ToFrozenDictionary(route => route.Name, StringComparer.Ordinal);

    /// <summary>Its own documents had these beside the names that its code knew.</summary>
    private static readonly FrozenDictionary<string, string> OtherNames = new Dictionary<string, string>
    {
        ["halt_status"] = "get_halt_status",
        ["resources"] = "get_resources",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<LaterRoute> All => ByName.Values;

    /// <summary>The route of a name, with hyphens or underscores; null for none.</summary>
    public static LaterRoute? Find(string name)
    {
        var underscored = name.ToLowerInvariant().Replace('-', '_');
        return ByName.GetValueOrDefault(OtherNames.GetValueOrDefault(underscored, underscored));
    }

    /// <summary>What to say of a route that is not answered.</summary>
    public static string WhyNot(string name) => name.Replace('-', '_') switch
    {
        "audio_stream" or "video_stream" => $"Not supported: {name}. This host runs language models; it has none for audio or video.",
        _ => $"Route not found: {name}",
    };
}
