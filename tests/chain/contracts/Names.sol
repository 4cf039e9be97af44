// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// A registry of names and their resolver in one, as EIP-137 and ENSIP-3 have them. Anybody may set anything.
contract Names {
    mapping(bytes32 => address) public resolver;
    mapping(bytes32 => address) public addr;
    mapping(bytes32 => string) public name;

    function setAddr(bytes32 node, address account) external {
        resolver[node] = address(this);
        addr[node] = account;
    }

    function setName(bytes32 node, string calldata text) external {
        resolver[node] = address(this);
        name[node] = text;
    }

    function setResolver(bytes32 node, address to) external {
        resolver[node] = to;
    }
}
