<#
.SYNOPSIS
Installs the TabAgent native host for the current user on Windows, or removes it again.

.DESCRIPTION
The program is copied to %LOCALAPPDATA%\TabAgent\bin and registered with the browsers of this user. No administrator rights
are needed. Models, conversations and settings are never touched. Flags are spelled as in the scripts for Linux and macOS.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File install-windows.ps1 --extension-id abcdefghijklmnopabcdefghijklmnop

.EXAMPLE
powershell -ExecutionPolicy Bypass -File install-windows.ps1 --uninstall
#>

# No param block: PowerShell would bind flags with two dashes by their place, and refuse a repeated one.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$usage = @'
Usage: install-windows.ps1 --extension-id ID [--extension-id ID ...] [--from FOLDER]
       install-windows.ps1 --uninstall

  --extension-id ID  an extension that may start the host (see chrome://extensions); repeatable
  --from FOLDER      the folder with the published tabagent.exe; default: the folder above this script
  --uninstall        unregister from all browsers and remove the program
'@

function Stop-Install([string] $Reason, [int] $Code = 1) {
    [Console]::Error.WriteLine("install-windows.ps1: $Reason")
    exit $Code
}

# The native libraries load the Visual C++ runtime, which a fresh Windows does not have.
function Test-VisualCppRuntime {
    foreach ($file in 'vcruntime140_1.dll', 'msvcp140.dll') {
        if (-not (Test-Path -LiteralPath (Join-Path ([Environment]::SystemDirectory) $file))) {
            Stop-Install "$file is missing: install the Microsoft Visual C++ Redistributable (x64), 2015 or later, and run this again"
        }
    }
}

# The folder is filled beside its place and then swapped in, so that a failed copy leaves the old program usable.
function Copy-Program([string] $From, [string] $Target) {
    foreach ($program in 'tabagent.exe', 'tabagent-host.exe') {
        if (-not (Test-Path -LiteralPath (Join-Path $From $program) -PathType Leaf)) {
            Stop-Install "there is no $program in $From; give the published folder with --from"
        }
    }

    $source = (Resolve-Path -LiteralPath $From).ProviderPath.TrimEnd('\')
    if ($source -eq $Target) {
        return
    }
    if ("$Target\".StartsWith("$source\", [StringComparison]::OrdinalIgnoreCase)) {
        Stop-Install "$Target lies inside $source; give another folder with --from"
    }

    # A program that runs cannot be replaced here.
    $running = Join-Path $Target 'tabagent.exe'
    if (Test-Path -LiteralPath $running -PathType Leaf) {
        & $running stop
    }

    $new = "$Target.new.$PID"
    $old = "$Target.old.$PID"
    New-Item -ItemType Directory -Path (Split-Path -Parent $Target) -Force | Out-Null
    try {
        Copy-Item -LiteralPath $source -Destination $new -Recurse -Force
        if (Test-Path -LiteralPath $Target) {
            # Fails while a browser still runs the host, and then the old program stays.
            Move-Item -LiteralPath $Target -Destination $old
        }
        Move-Item -LiteralPath $new -Destination $Target
    }
    catch {
        if ((Test-Path -LiteralPath $old) -and -not (Test-Path -LiteralPath $Target)) {
            Move-Item -LiteralPath $old -Destination $Target
        }
        Stop-Install "the program could not be copied to ${Target}: $_"
    }
    finally {
        foreach ($left in $new, $old) {
            if (Test-Path -LiteralPath $left) {
                Remove-Item -LiteralPath $left -Recurse -Force
            }
        }
    }
}

function Uninstall-Program([string] $Target) {
    $program = Join-Path $Target 'tabagent.exe'
    if (Test-Path -LiteralPath $program -PathType Leaf) {
        & $program unregister
        if ($LASTEXITCODE -ne 0) {
            Stop-Install 'not everything could be unregistered, so the program was left where it is' $LASTEXITCODE
        }
    }
    else {
        Write-Output "No program in $Target; nothing to unregister."
    }

    if (Test-Path -LiteralPath $Target) {
        Remove-Item -LiteralPath $Target -Recurse -Force
    }
    $parent = Split-Path -Parent $Target
    foreach ($left in 'logs', 'cache') {
        $folder = Join-Path $parent $left
        if (Test-Path -LiteralPath $folder) {
            Remove-Item -LiteralPath $folder -Recurse -Force
        }
    }
    if ((Test-Path -LiteralPath $parent) -and -not (Get-ChildItem -LiteralPath $parent -Force)) {
        Remove-Item -LiteralPath $parent
    }
    Write-Output "Removed $Target"
}

$target = Join-Path ([Environment]::GetFolderPath('LocalApplicationData')) 'TabAgent\bin'
$from = Split-Path -Parent $PSScriptRoot
$uninstall = $false
$register = @()

for ($at = 0; $at -lt $args.Count; $at++) {
    $option = [string] $args[$at]
    switch -CaseSensitive ($option) {
        { $_ -in '--extension-id', '--from' } {
            if ($at + 1 -ge $args.Count) {
                Stop-Install "$option needs a value" 2
            }
            $at++
            if ($option -eq '--from') {
                $from = [string] $args[$at]
            }
            else {
                $register += '--extension-id', [string] $args[$at]
            }
        }
        '--uninstall' { $uninstall = $true }
        '--help' {
            Write-Output $usage
            exit 0
        }
        default {
            Write-Output $usage
            Stop-Install "unknown option $option" 2
        }
    }
}

if ($uninstall) {
    Uninstall-Program $target
    exit 0
}

if ($register.Count -eq 0) {
    Write-Output $usage
    Stop-Install 'say which extension may start the host: --extension-id ID' 2
}

Test-VisualCppRuntime
Copy-Program $from $target
Write-Output "Installed in $target"
& (Join-Path $target 'tabagent.exe') register @register
exit $LASTEXITCODE
