namespace NativeHost.ModelCache.Tests.Oracles;

/// <summary>The official clients of the hub.</summary>
internal static class OfficialPackages
{
    private static readonly NodePackages Packages = new(
        Path.Combine(NodePackages.Repository(), "tests", "NativeHost.ModelCache.Tests", "Oracles"), "the official clients of the hub cannot be asked");

    /// <inheritdoc cref="NodePackages.RunScriptAsync"/>
    public static Task<string> RunScriptAsync(string name, params string[] arguments) => Packages.RunScriptAsync(name, arguments);
}
