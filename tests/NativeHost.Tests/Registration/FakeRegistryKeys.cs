using NativeHost.Registration;

namespace NativeHost.Tests.Registration;

/// <summary>A registry in memory.</summary>
internal sealed class FakeRegistryKeys : IRegistryKeys
{
    private readonly SortedDictionary<string, string> _user = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedDictionary<string, string> _machine = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the user's part holds: <c>key|value name</c> and text.</summary>
    public IReadOnlyDictionary<string, string> User => _user;

    public void WriteMachine(string key, string value) => _machine[$"{key}|"] = value;

    public string? Read(RegistryScope scope, string key, string valueName) =>
        (scope == RegistryScope.User ? _user : _machine).GetValueOrDefault($"{key}|{valueName}");

    public void Write(string key, string valueName, string value) => _user[$"{key}|{valueName}"] = value;

    public void DeleteValue(string key, string valueName) => _user.Remove($"{key}|{valueName}");

    public void DeleteIfEmpty(string key)
    {
        // A key without values does not exist here.
    }
}
